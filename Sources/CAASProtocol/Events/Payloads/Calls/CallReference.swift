/// Data of `call:answer`, `call:reject`, `call:end` and `call:ice` (R39, R47).
public struct CallReference: Sendable, Hashable {
    /// Which call.
    public var callID: CallID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?

    /// Makes the payload.
    public init(callID: CallID, conversationID: ConversationID? = nil) {
        self.callID = callID
        self.conversationID = conversationID
    }
}

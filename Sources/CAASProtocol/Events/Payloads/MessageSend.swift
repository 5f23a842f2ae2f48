/// Data of `message:send`.
public struct MessageSend: Sendable, Hashable {
    /// Where to.
    public var conversationID: ConversationID
    /// What is said.
    public var body: MessageBody
    /// The client's clock; stored, never used for order (R4).
    public var clientTimestamp: Int64?

    /// Makes the payload.
    public init(conversationID: ConversationID, body: MessageBody, clientTimestamp: Int64? = nil) {
        self.conversationID = conversationID
        self.body = body
        self.clientTimestamp = clientTimestamp
    }
}

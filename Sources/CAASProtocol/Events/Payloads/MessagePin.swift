/// Data of `message:pin` (R21).
public struct MessagePin: Sendable, Hashable {
    /// The message.
    public var messageID: MessageID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?
    /// Whether it is pinned or not any more.
    public var on: Bool

    /// Makes the payload.
    public init(messageID: MessageID, conversationID: ConversationID? = nil, on: Bool) {
        self.messageID = messageID
        self.conversationID = conversationID
        self.on = on
    }
}

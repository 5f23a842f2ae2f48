/// Data of `message:delete`.
public struct MessageDelete: Sendable, Hashable {
    /// The message to delete.
    public var messageID: MessageID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?
    /// Why; at most 512 bytes.
    public var reason: String?

    /// Makes the payload.
    public init(messageID: MessageID, conversationID: ConversationID?, reason: String?) {
        self.messageID = messageID
        self.conversationID = conversationID
        self.reason = reason
    }
}

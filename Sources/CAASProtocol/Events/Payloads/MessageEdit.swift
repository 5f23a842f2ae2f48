/// Data of `message:edit`.
public struct MessageEdit: Sendable, Hashable {
    /// The message to change.
    public var messageID: MessageID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?
    /// The new content.
    public var content: String
    /// The edit version that the client last saw; another one is `ALREADY_EXISTS` reason=version_conflict (R18).
    public var ifVersion: Int64?

    /// Makes the payload.
    public init(messageID: MessageID, conversationID: ConversationID?, content: String, ifVersion: Int64?) {
        self.messageID = messageID
        self.conversationID = conversationID
        self.content = content
        self.ifVersion = ifVersion
    }
}

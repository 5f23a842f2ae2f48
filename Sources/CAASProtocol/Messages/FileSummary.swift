/// A file that has arrived, as who may open it sees it (R53).
public struct FileSummary: Sendable, Hashable {
    /// What messages name it by.
    public var attachmentID: String
    /// The conversation it belongs to.
    public var conversationID: ConversationID
    /// Who sent it.
    public var senderID: UserID
    /// The name that its sender gave it.
    public var name: String
    /// The media type that its sender says it has.
    public var mimeType: String
    /// Bytes.
    public var size: Int64
    /// The SHA-256 of all of it, in hexadecimal.
    public var sha256: String
    /// Unix milliseconds.
    public var createdAt: Int64

    /// Makes a summary.
    public init(
        attachmentID: String,
        conversationID: ConversationID,
        senderID: UserID,
        name: String,
        mimeType: String,
        size: Int64,
        sha256: String,
        createdAt: Int64
    ) {
        self.attachmentID = attachmentID
        self.conversationID = conversationID
        self.senderID = senderID
        self.name = name
        self.mimeType = mimeType
        self.size = size
        self.sha256 = sha256
        self.createdAt = createdAt
    }
}

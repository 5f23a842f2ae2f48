/// Data of `message:updated`.
public struct MessageUpdated: Sendable, Hashable {
    /// The message.
    public var messageID: MessageID
    /// Its new content.
    public var content: String
    /// Which edit this is.
    public var editVersion: Int64
    /// Unix milliseconds.
    public var editedAt: Int64
    /// Who edited it.
    public var editedBy: UserID
    /// The place of this change (R3).
    public var offset: Int64

    /// Makes the data.
    public init(
        messageID: MessageID,
        content: String,
        editVersion: Int64,
        editedAt: Int64,
        editedBy: UserID,
        offset: Int64
    ) {
        self.messageID = messageID
        self.content = content
        self.editVersion = editVersion
        self.editedAt = editedAt
        self.editedBy = editedBy
        self.offset = offset
    }
}

/// Data of `file:begin` (R53).
public struct FileBegin: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// The file's name.
    public var name: String
    /// The media type.
    public var mimeType: String
    /// Bytes; at most 100 MiB.
    public var size: Int64
    /// The SHA-256 of all of it, checked at the end.
    public var sha256: String?
    /// Bytes of each chunk but the last.
    public var chunkSize: Int64

    /// Makes the payload.
    public init(
        conversationID: ConversationID,
        name: String,
        mimeType: String,
        size: Int64,
        sha256: String? = nil,
        chunkSize: Int64 = 65_536
    ) {
        self.conversationID = conversationID
        self.name = name
        self.mimeType = mimeType
        self.size = size
        self.sha256 = sha256
        self.chunkSize = chunkSize
    }
}

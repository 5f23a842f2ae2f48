/// Data of `file:resume` (R53).
public struct FileResume: Sendable, Hashable {
    /// Which file.
    public var fileID: FileID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?

    /// Makes the payload.
    public init(fileID: FileID, conversationID: ConversationID? = nil) {
        self.fileID = fileID
        self.conversationID = conversationID
    }
}

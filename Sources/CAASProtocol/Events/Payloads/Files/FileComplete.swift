/// Data of `file:complete` (R53).
public struct FileComplete: Sendable, Hashable {
    /// Which file.
    public var fileID: FileID
    /// What a message names it by.
    public var attachmentID: String
    /// The SHA-256 of all of it.
    public var sha256: String

    /// Makes the data.
    public init(fileID: FileID, attachmentID: String, sha256: String) {
        self.fileID = fileID
        self.attachmentID = attachmentID
        self.sha256 = sha256
    }
}

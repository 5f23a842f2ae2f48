/// Data of `file:progress` (R53).
public struct FileProgress: Sendable, Hashable {
    /// Which file.
    public var fileID: FileID
    /// The chunk that is wanted next.
    public var nextIndex: Int64

    /// Makes the data.
    public init(fileID: FileID, nextIndex: Int64) {
        self.fileID = fileID
        self.nextIndex = nextIndex
    }
}

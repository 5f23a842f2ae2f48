package import CAASProtocol

/// A piece of a file that was begun (R53).
package struct FileChunk: Sendable, Hashable {
    package let file: FileID
    /// Where its packet says that it belongs; another place than the file's is `NOT_FOUND` (R7).
    package let conversation: ConversationID
    /// Which piece; also the packet's sequence (R51), which its answer names.
    package let index: UInt32
    /// How many there are, and of which media type, as the packet says; the file knows better.
    package let total: Int64
    package let mimeType: String
    package let bytes: [UInt8]

    package init(
        file: FileID,
        conversation: ConversationID,
        index: UInt32,
        total: Int64,
        mimeType: String,
        bytes: [UInt8]
    ) {
        self.file = file
        self.conversation = conversation
        self.index = index
        self.total = total
        self.mimeType = mimeType
        self.bytes = bytes
    }
}

/// What has become of a file's bytes, for its row: the chat queue notes it, and tells who waits for it.
package struct FileStep: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// More of them are durable.
        case progress
        /// The same, and who sends them goes on.
        case resumed
        /// All of them are there, and they are what was announced.
        case complete(sha256: [UInt8])
        /// They are not what was announced, and none is left.
        case mismatch
    }

    let file: FileID
    /// Bytes that are durable.
    let received: Int64
    let kind: Kind
    /// The chunk that has brought it about, which the answer names.
    var index: UInt32?
}

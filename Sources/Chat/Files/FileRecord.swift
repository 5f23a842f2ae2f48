package import CAASProtocol

/// A file's row, from `file:begin` on (R53).
package struct FileRecord: Sendable, Hashable {
    /// Also what messages name it by, once it is complete.
    package let id: FileID
    package let conversation: ConversationKey
    /// Who sends it.
    package let owner: UserID
    /// As its owner calls it: for people to read, never a path.
    package let name: String
    package let mimeType: String
    /// Bytes of all of it.
    package let size: Int64
    /// Bytes of each chunk but the last.
    package let chunkSize: Int64
    /// Bytes that are durable.
    package var received: Int64
    /// What its owner says that it is, or what it was found to be.
    package var sha256: [UInt8]?
    package var isComplete: Bool
    /// Unix milliseconds.
    package let createdAt: Int64
    /// When it is removed unless it is complete by then; Unix milliseconds.
    package let expiresAt: Int64
    /// Messages that refer to it.
    package var uses: Int64
    /// The latest of them; 0 without one.
    package var lastUse: Int64

    package init(
        id: FileID,
        conversation: ConversationKey,
        owner: UserID,
        name: String,
        mimeType: String,
        size: Int64,
        chunkSize: Int64,
        sha256: [UInt8]?,
        createdAt: Int64,
        expiresAt: Int64,
        received: Int64 = 0,
        isComplete: Bool = false,
        uses: Int64 = 0,
        lastUse: Int64 = 0
    ) {
        self.id = id
        self.conversation = conversation
        self.owner = owner
        self.name = name
        self.mimeType = mimeType
        self.size = size
        self.chunkSize = chunkSize
        self.sha256 = sha256
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.received = received
        self.isComplete = isComplete
        self.uses = uses
        self.lastUse = lastUse
    }

    /// How many chunks it has.
    var chunks: Int64 { (size + chunkSize - 1) / chunkSize }

    /// The chunk that is wanted behind the first `bytes` ones.
    func nextIndex(after bytes: Int64) -> Int64 { bytes == size ? chunks : bytes / chunkSize }

    /// Bytes of one chunk, of which there must be one.
    func bytes(ofChunk index: Int64) -> Int64 { min(chunkSize, size - index * chunkSize) }

    /// As those see it who may open it.
    var summary: FileSummary {
        FileSummary(
            attachmentID: id.rawValue,
            conversationID: conversation.conversation,
            senderID: owner,
            name: name,
            mimeType: mimeType,
            size: size,
            sha256: Hexadecimal.text(sha256 ?? []),
            createdAt: createdAt
        )
    }
}

/// Bytes as two digits each.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Nil where the text is none; letters may be large.
    static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text.utf8 {
            guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return bytes
    }
}

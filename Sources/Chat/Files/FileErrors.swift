import CAASProtocol

extension SpecError {
    /// Unknown, another user's or tenant's, or gone (R53).
    static func unknownFile(_ field: String = "data.fileId") -> SpecError {
        SpecError(.notFound, field: field, reason: "file")
    }

    /// All of the file has arrived before.
    static let fileArrived = SpecError(.alreadyExists, reason: "complete")

    /// Another connection has taken the file up since.
    static let resumedElsewhere = SpecError(.alreadyExists, reason: "resumed_elsewhere")

    /// A connection or a user sends so many at once already.
    static func tooManyUploads(_ scope: String, _ limit: Int) -> SpecError {
        let details: [Detail] = [.init("scope", .text(scope)), .init("limit", .integer(Int64(limit)))]
        return SpecError(.rateLimited, reason: "uploads", details: details, retryAfter: 1_000)
    }

    /// A chunk that is there already.
    static func oldChunk(wanted index: Int64) -> SpecError {
        SpecError(.alreadyExists, reason: "chunk_old", details: [.init("nextIndex", .integer(index))])
    }

    /// Chunks are missing before this one.
    static func chunkGap(wanted index: Int64) -> SpecError {
        SpecError(.invalidPayload, reason: "chunk_gap", details: [.init("nextIndex", .integer(index))])
    }

    /// Bytes are missing before these.
    static func gap(wanted offset: Int64) -> SpecError {
        SpecError(.invalidPayload, reason: "chunk_gap", details: [.init("offset", .integer(offset))])
    }

    /// A chunk of another size than its place has.
    static func chunkSize(_ size: Int, wanted: Int64) -> SpecError {
        SpecError(
            .invalidPayload,
            reason: "chunk_size",
            details: [.init("limit", .integer(wanted)), .init("size", .integer(Int64(size)))]
        )
    }

    /// The bytes are not those of the SHA-256 that was announced.
    static func hashMismatch(_ file: FileID) -> SpecError {
        SpecError(.invalidPayload, reason: "hash_mismatch", details: [.init("fileId", .text(file.rawValue))])
    }
}

import CAASProtocol

/// How far a file has come, as a machine: chunks go in, and what is to be done with them comes out.
struct FileUpload {
    /// Chunks behind which `file:progress` comes (R53).
    static let chunksBetweenReports: Int64 = 16

    let file: FileRecord
    /// Who sent the latest part of it, and hears how it goes on.
    var actor: Actor
    /// When that was.
    var usedAt: ContinuousClock.Instant
    /// Bytes that were written.
    private(set) var received: Int64
    /// Bytes among them that are durable.
    private(set) var durable: Int64
    /// Bytes that its row counts as durable, or soon may.
    private(set) var noted: Int64
    /// What all of it was found to be; nothing is added from then on.
    var sha256: [UInt8]?
    /// Who sends the file: the connection that began it, or asked last where to go on; nil where that one is gone.
    private(set) var sender: ConnectionID?
    /// Whether somebody looks a second later how much of it is durable.
    var isReportSet = false

    /// - Parameter durable: Bytes that are there.
    init(_ file: FileRecord, durable: Int64, sender: ConnectionID?, actor: Actor, now: ContinuousClock.Instant) {
        self.file = file
        self.sender = sender
        self.actor = actor
        usedAt = now
        received = durable
        self.durable = durable
        noted = max(file.received, durable)
    }

    /// The chunk that is wanted.
    var nextIndex: Int64 { file.nextIndex(after: received) }

    var isWhole: Bool { received == file.size }

    /// Whether there is something to make durable.
    var isDirty: Bool { received > durable }

    /// Whether so many chunks have come that their sender is to hear of it.
    var isReportDue: Bool { nextIndex - file.nextIndex(after: durable) >= Self.chunksBetweenReports }

    /// What is still under way on another connection is not wanted any more.
    mutating func goOn(on connection: ConnectionID) { sender = connection }

    /// Where a chunk belongs, or why it is not taken.
    func place(of chunk: FileChunk) throws(SpecError) -> Int64 {
        guard chunk.conversation == file.conversation.conversation else { throw .unknownFile("header.fileId") }
        guard sha256 == nil else { throw .fileArrived }
        guard sender == actor.connection else { throw .resumedElsewhere }
        guard chunk.total == file.chunks else { throw SpecError(.invalidPayload, field: "header.totalChunks") }
        guard chunk.mimeType.utf8.elementsEqual(file.mimeType.utf8) else {
            throw SpecError(.invalidPayload, field: "header.mimeType")
        }
        let index = Int64(chunk.index)
        guard index >= nextIndex else { throw .oldChunk(wanted: nextIndex) }
        guard index == nextIndex, !isWhole else { throw .chunkGap(wanted: nextIndex) }
        let size = file.bytes(ofChunk: index)
        guard chunk.bytes.count == size else { throw .chunkSize(chunk.bytes.count, wanted: size) }
        return index * file.chunkSize
    }

    /// Checks that bytes may be written behind the first `offset` ones, where some may stand already.
    func check(_ bytes: Int, at offset: Int64) throws(SpecError) {
        guard sha256 == nil else { throw .fileArrived }
        guard sender == nil || sender == actor.connection else { throw .resumedElsewhere }
        guard offset <= received else { throw .gap(wanted: received) }
        guard Int64(bytes) <= file.size - offset else {
            let details: [SpecError.Detail] = [.init("limit", .integer(file.size))]
            throw SpecError(.invalidPayload, reason: "too_large", details: details)
        }
    }

    /// Bytes were written, and what stood behind their beginning is gone.
    mutating func wrote(_ bytes: Int, at offset: Int64) {
        durable = min(durable, offset)
        received = offset + Int64(bytes)
    }

    /// What was written is durable, and is to be noted.
    mutating func synced() {
        durable = received
        noted = max(noted, durable)
    }

    /// The row counts no bytes behind the first `offset` ones any more.
    mutating func lowered(to offset: Int64) { noted = offset }

    /// What was written behind the first `offset` bytes, or could not be made durable, is not known to be there.
    mutating func fallBack(to offset: Int64 = .max) {
        durable = min(durable, offset)
        received = durable
    }
}

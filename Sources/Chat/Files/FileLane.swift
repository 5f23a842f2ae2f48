import CAASProtocol
import Dispatch
import Synchronization

/// Writes what arrives of some files, one thing after the other, beside the chat queue: a disk may take its time.
///
/// A file is always on the same lane. Everything but the making happens on ``queue``.
final class FileLane: Sendable {
    /// How long after the last of it a file's place is remembered; its row knows it too.
    private static let idle = Duration.seconds(60)

    /// What becomes of a part of a file.
    enum Outcome: Sendable {
        /// It was taken.
        case taken
        /// It was taken, and enough has come that its sender is to hear how much of it is durable.
        case report(FileStep)
        /// Its row changes, and with it the answer comes.
        case over(FileStep)
        /// The file had arrived before.
        case arrived(FileRecord)

        /// What is to be noted.
        var step: FileStep? {
            switch self {
            case .report(let step), .over(let step): step
            case .taken, .arrived: nil
            }
        }
    }

    /// Has a file's row count fewer bytes, and returns when that is durable and everything noted before it.
    typealias Lowering = @Sendable (FileID, Int64) throws -> Void

    /// Which of the lanes it is.
    let number: Int
    let queue: DispatchQueue
    /// Only the lane's queue takes this lock, so it is never contended: it is there for the compiler's proof.
    private let uploads = Mutex<[FileID: FileUpload]>([:])
    private let storage: any Storage
    private let blobs: any BlobStorage
    private let senders: FileUploads
    private let lower: Lowering
    private let metrics: ChatMetrics
    /// Unix milliseconds.
    private let clock: @Sendable () -> Int64

    init(
        _ number: Int,
        storage: any Storage,
        blobs: any BlobStorage,
        senders: FileUploads,
        lower: @escaping Lowering,
        metrics: ChatMetrics = ChatMetrics(),
        clock: @escaping @Sendable () -> Int64
    ) {
        self.number = number
        queue = DispatchQueue(label: "caas.files.\(number)")
        self.storage = storage
        self.blobs = blobs
        self.senders = senders
        self.metrics = metrics
        self.lower = lower
        self.clock = clock
    }

    // MARK: What arrives

    /// - Parameter later: Told to come back in a second for ``report(_:)``.
    func take(_ chunk: FileChunk, _ actor: Actor, later: @escaping (FileID) -> Void) throws -> Outcome {
        var upload = try open(chunk.file, actor, field: "header.fileId")
        let place = try upload.place(of: chunk)
        try append(chunk.bytes, to: &upload, at: place)
        return try taken(&upload, index: chunk.index, later: later)
    }

    /// Writes bytes behind the first `offset` ones, which must be there.
    func write(_ bytes: [UInt8], to id: FileID, at offset: Int64, _ actor: Actor) throws -> Outcome {
        var upload = try open(id, actor, field: "fileId")
        try upload.check(bytes.count, at: offset)
        try append(bytes, to: &upload, at: offset)
        upload.goOn(on: actor.connection)
        return try taken(&upload, index: nil, later: nil)
    }

    /// Makes durable what an actor has written, unless somebody else has taken the file up since.
    func settle(_ id: FileID, _ actor: Actor) throws -> Outcome {
        guard var upload = known(id), upload.sender == actor.connection, upload.isDirty, upload.sha256 == nil else {
            return .taken
        }
        return .report(try progress(&upload))
    }

    /// Where to go on, with all of it durable that was written.
    func resume(_ request: FileResume, _ actor: Actor) throws -> Outcome {
        let file = try find(request.fileID, actor, field: "data.fileId")
        guard request.conversationID == nil || request.conversationID == file.conversation.conversation else {
            throw SpecError.unknownFile()
        }
        guard !file.isComplete else { return .arrived(file) }
        var upload = try open(request.fileID, actor, field: "data.fileId")
        if upload.isWhole { return .over(try finish(&upload, index: nil)) }
        // Before anything of it changes hands: who may not have it takes it from nobody.
        if actor.connection.isCaller {
            senders.end(request.fileID)
        } else {
            try senders.takeUp(request.fileID, on: actor.connection)
        }
        upload.goOn(on: actor.connection)
        try sync(&upload)
        return .over(FileStep(file: request.fileID, received: upload.received, kind: .resumed))
    }

    /// How much of a file is durable, if more is than its sender knows.
    func report(_ id: FileID) throws -> (step: FileStep, actor: Actor)? {
        guard var upload = known(id) else { return nil }
        upload.isReportSet = false
        keep(upload)
        guard upload.isDirty, upload.sha256 == nil else { return nil }
        return (try progress(&upload), upload.actor)
    }

    /// Makes everything durable that was written.
    func reportAll() throws -> [(step: FileStep, actor: Actor)] {
        try uploads.withLock { Array($0.keys) }.compactMap { try report($0) }
    }

    /// Bytes of a file of which something has come; 0 of any other.
    func size(of id: FileID) -> Int64 { known(id)?.file.size ?? 0 }

    // MARK: What is read and removed

    func read(_ id: FileID, _ range: Range<Int64>) throws -> [UInt8] {
        let bytes = try blobs.read(id, range)
        metrics.sent(fileBytes: bytes.count)
        return bytes
    }

    /// A file of a tenant that has arrived.
    func summary(of id: FileID, in tenant: TenantID) throws -> FileSummary {
        guard let file = try storage.read({ try $0.file(id, of: tenant) }), file.isComplete else {
            throw SpecError.unknownFile("fileId")
        }
        return file.summary
    }

    /// Removes what is left of files; of those that are returned nothing is, whatever happens next.
    func remove(_ ids: [FileID]) -> (gone: [FileID], failure: (any Error)?) {
        var gone: [FileID] = []
        var failure: (any Error)?
        do {
            for id in ids {
                do {
                    try remove(id)
                    gone.append(id)
                } catch { failure = error }
            }
            // Once for all of them: each costs as much.
            if !gone.isEmpty { try blobs.settleRemovals() }
            return (gone, failure)
        } catch {
            return ([], error)
        }
    }

    private func remove(_ id: FileID) throws {
        try blobs.remove(id)
        uploads.withLock { $0[id] = nil }
    }

    /// Forgets what nobody has sent anything of for a while.
    ///
    /// - Parameter now: A moment of the chat queue: what was submitted a while before it has been noted.
    func forgetIdle(now: ContinuousClock.Instant) {
        uploads.withLock { uploads in
            uploads = uploads.filter { $0.value.isDirty || now - $0.value.usedAt < Self.idle }
        }
    }

    // MARK: Parts

    private func known(_ id: FileID) -> FileUpload? { uploads.withLock { $0[id] } }

    private func keep(_ upload: FileUpload) { uploads.withLock { $0[upload.file.id] = upload } }

    /// The row of a file of the actor's that is there and in time.
    private func find(_ id: FileID, _ actor: Actor, field: String) throws -> FileRecord {
        guard let file = try storage.read({ try $0.file(id, of: actor.user.tenant) }), file.owner == actor.user.user,
            file.isComplete || file.expiresAt > clock()
        else { throw SpecError.unknownFile(field) }
        return file
    }

    private func open(_ id: FileID, _ actor: Actor, field: String) throws -> FileUpload {
        let now = ContinuousClock.now
        if var known = known(id), known.file.owner == actor.user.user,
            known.file.conversation.tenant == actor.user.tenant, known.file.expiresAt > clock()
        {
            known.actor = actor
            known.usedAt = now
            // Who has begun it again since has it.
            if let sender = senders.sender(of: id) { known.goOn(on: sender) }
            return known
        }
        let file = try find(id, actor, field: field)
        guard !file.isComplete else { throw SpecError.fileArrived }
        // A copy of the directory may be older than the row.
        let there = min(file.received, try blobs.begin(id))
        return FileUpload(file, durable: there, sender: senders.sender(of: id), actor: actor, now: now)
    }

    private func taken(_ upload: inout FileUpload, index: UInt32?, later: ((FileID) -> Void)?) throws -> Outcome {
        if upload.isWhole { return .over(try finish(&upload, index: index)) }
        if upload.isReportDue { return .report(try progress(&upload)) }
        if !upload.isReportSet, let later {
            upload.isReportSet = true
            later(upload.file.id)
        }
        keep(upload)
        return .taken
    }

    private func progress(_ upload: inout FileUpload) throws -> FileStep {
        try sync(&upload)
        return FileStep(file: upload.file.id, received: upload.received, kind: .progress)
    }

    /// Has a file's row count no bytes behind the first `offset` ones, which are about to be overwritten or to go.
    ///
    /// The row never counts bytes that are not durable, or a loss of power would leave others in their place. So it is lowered
    /// before the first of them is touched, durably and behind all that was noted of the file, which lanes submit in the order
    /// of their work; what is noted later was synced later. Whoever sends the file again from there pays for that, once: it is
    /// not needed again before the next sync.
    private func lowerRow(of upload: inout FileUpload, to offset: Int64) throws {
        guard offset < upload.noted else { return }
        try lower(upload.file.id, offset)
        upload.lowered(to: offset)
    }

    /// Writes bytes behind the first `offset` ones, over what stands there.
    private func append(_ bytes: [UInt8], to upload: inout FileUpload, at offset: Int64) throws {
        let id = upload.file.id
        try lowerRow(of: &upload, to: offset)
        do {
            try blobs.append(bytes, to: id, at: offset)
        } catch {
            // What stood behind the place may be gone already.
            if offset < upload.received {
                upload.fallBack(to: offset)
                keep(upload)
            }
            throw error
        }
        upload.wrote(bytes.count, at: offset)
        metrics.received(fileBytes: bytes.count)
    }

    private func sync(_ upload: inout FileUpload) throws {
        if upload.isDirty { try making(&upload) { try blobs.sync($0) } }
        keep(upload)
    }

    /// Makes everything durable; what could not be is sent again.
    private func making(_ upload: inout FileUpload, durable: (FileID) throws -> Void) throws {
        do {
            try durable(upload.file.id)
        } catch {
            upload.fallBack()
            keep(upload)
            throw error
        }
        upload.synced()
    }

    /// All bytes are there: whether they are what was announced.
    private func finish(_ upload: inout FileUpload, index: UInt32?) throws -> FileStep {
        let id = upload.file.id
        if upload.sha256 == nil {
            try making(&upload) { try blobs.finish($0) }
            keep(upload)
            let found = try blobs.sha256(of: upload.file)
            guard upload.file.sha256 ?? found == found else {
                try lowerRow(of: &upload, to: 0)
                upload.fallBack(to: 0)
                keep(upload)
                try remove(id)
                return FileStep(file: id, received: 0, kind: .mismatch, index: index)
            }
            upload.sha256 = found
        }
        keep(upload)
        return FileStep(file: id, received: upload.received, kind: .complete(sha256: upload.sha256 ?? []), index: index)
    }
}

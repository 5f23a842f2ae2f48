import BlobDirectory
import CAASProtocol
import Dispatch
import Foundation
import Synchronization

@testable import Chat

/// Chat queues, one after the other, on a store and a directory with files of alice's.
final class FileNode: Sendable {
    static let chunk: Int64 = 1_024

    let storage: ArrivalStorage
    let blobs: StuckBlobs
    let alice = Actor(connection: ConnectionID(loop: 0, number: 1), user: userKey(StorageSQLiteTests.alice))
    /// Failures that were reported.
    let reports = Atomic(0)
    private let room: ConversationRecord
    private let time = Atomic<Int64>(1)
    private let directory: TemporaryDirectory

    init(_ subject: StorageUnderTest) throws {
        directory = try TemporaryDirectory()
        storage = ArrivalStorage(try subject.open(in: directory))
        blobs = StuckBlobs(try BlobDirectory(directory.path + "/files"))
        room = try storage.make(.sample("room"), [.sample(StorageSQLiteTests.alice)])
    }

    /// The server's clock, Unix milliseconds.
    var now: Int64 {
        get { time.load(ordering: .relaxed) }
        set { time.store(newValue, ordering: .relaxed) }
    }

    /// A queue that begins with what is there.
    func serve() -> ChatQueue {
        ChatQueue(
            storage: storage,
            blobs: blobs,
            settings: ChatSettings(),
            sink: NoReaders(),
            clock: { [self] in now },
            report: { [self] _, _ in reports.add(1, ordering: .relaxed) }
        )
    }

    /// Files that alice has begun, of which a byte is there; only while no queue serves.
    func announce(_ count: Int = 1, size: Int64 = 3_000, expiresAt: Int64 = 1_000) throws -> [FileID] {
        let files = (0..<count).map { _ in
            FileRecord(
                id: .random(),
                conversation: room.key,
                owner: alice.user.user,
                name: "a",
                mimeType: "a/b",
                size: size,
                chunkSize: Self.chunk,
                sha256: nil,
                createdAt: 1,
                expiresAt: expiresAt
            )
        }
        try storage.write { store throws in for file in files { try store.insert(file, in: room) } }
        for file in files {
            _ = try blobs.begin(file.id)
            try blobs.append([1], to: file.id, at: 0)
        }
        return files.map(\.id)
    }

    func row(of file: FileID) throws -> FileRecord? { try storage.read { try $0.file(file, of: alice.user.tenant) } }

    /// Files that are to go.
    func left() throws -> Set<FileID> {
        try storage.read { store throws in
            let late = try store.lateFiles(at: now, limit: 1_000)
            return Set(late + (try store.remains(behind: 0, limit: 1_000)).map(\.file))
        }
    }

    /// The files of the directory.
    func stored() throws -> Set<FileID> {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/files")
        return Set(names.compactMap { FileID($0) })
    }

    func storedBytes() throws -> Int64 { try storage.read { try $0.storedBytes(of: alice.user) }.user }
}

extension ChatQueue {
    /// Looks at what is left, and what each look leads to.
    func look(times: Int = 1) async {
        for _ in 0..<times {
            // On the queue, so that none of its own is about to begin.
            await withCheckedContinuation { done in
                probe { _ in
                    self.files.sweep(for: self)
                    done.resume()
                }
            }
            await lanesEnd()
            await settle()
        }
    }

    /// A look that is under way comes to its end, as far as this queue is not needed for that.
    func lanesEnd() async {
        // What it looks for, what it removes, and what it says about its end.
        for _ in 0..<3 {
            for lane in ["0", "1", "2", "3"] {
                guard let file = FileID(lane) else { continue }
                try? await files.onLane(of: file) { _ in }
            }
        }
    }

    /// What was given to the queue before is done.
    func settle() async {
        await withCheckedContinuation { done in probe { _ in done.resume() } }
    }
}

/// A store that does something in the middle of the transaction in which a file arrives.
final class ArrivalStorage: Storage {
    private let storage: any Storage
    private let arrival = Mutex<(file: FileID, work: @Sendable () -> Void)?>(nil)

    init(_ storage: any Storage) {
        self.storage = storage
    }

    func whenArriving(_ file: FileID, _ work: @escaping @Sendable () -> Void) {
        arrival.withLock { $0 = (file, work) }
    }

    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        try storage.write { store in
            let result = try body(store)
            if let (file, work) = arrival.withLock(\.self), try store.file(file, of: acme)?.isComplete ?? false {
                arrival.withLock { $0 = nil }
                work()
            }
            return result
        }
    }

    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result { try storage.read(body) }
    func tidy() throws { try storage.tidy() }
    func close() throws { try storage.close() }
}

/// Keeps files, of which some cannot be removed.
final class StuckBlobs: BlobStorage {
    let stuck = Mutex<Set<FileID>>([])
    private let blobs: any BlobStorage

    init(_ blobs: any BlobStorage) {
        self.blobs = blobs
    }

    func begin(_ id: FileID) throws -> Int64 { try blobs.begin(id) }
    func append(_ bytes: [UInt8], to id: FileID, at offset: Int64) throws {
        try blobs.append(bytes, to: id, at: offset)
    }
    func sync(_ id: FileID) throws { try blobs.sync(id) }
    func finish(_ id: FileID) throws { try blobs.finish(id) }
    func read(_ id: FileID, _ range: Range<Int64>) throws -> [UInt8] { try blobs.read(id, range) }
    func settleRemovals() throws { try blobs.settleRemovals() }

    func remove(_ id: FileID) throws {
        guard !stuck.withLock({ $0.contains(id) }) else { throw StorageError.failed("a disk") }
        try blobs.remove(id)
    }
}

private struct NoReaders: DeliverySink {
    func deliver(_ deliveries: [Delivery]) {}
    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {}
}

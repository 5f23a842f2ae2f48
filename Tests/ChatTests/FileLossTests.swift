import CAASProtocol
import Synchronization
import TestSupport
import Testing

@testable import Chat

@Suite("Files: what a loss of power leaves, R53") struct FileLossTests {
    private static let size: Int64 = 40_000
    private static let chunk: Int64 = 1_024

    /// A node with its disk, of which the power may go.
    private final class Node {
        let blobs = LosingBlobs()
        let file: FileID
        let alice: Actor
        private let storage = InMemoryStorage()
        private let senders = FileUploads()
        private let pending = Pending()
        private(set) var lane: FileLane

        init(sha256: [UInt8]? = nil) throws {
            let tenant = try #require(TenantID("acme"))
            alice = Actor(
                connection: ConnectionID(loop: 0, number: 1),
                user: UserKey(tenant: tenant, user: try .named("alice"))
            )
            let record = try FileRecord.announced(
                by: alice.user,
                size: FileLossTests.size,
                chunkSize: FileLossTests.chunk,
                sha256: sha256
            )
            file = record.id
            try storage.announce(record)
            lane = Self.lane(storage, blobs, senders, pending)
            senders.connect(alice.connection)
            try senders.takeUp(file, on: alice.connection)
        }

        private static func lane(
            _ storage: InMemoryStorage,
            _ blobs: LosingBlobs,
            _ senders: FileUploads,
            _ pending: Pending
        ) -> FileLane {
            let lower: FileLane.Lowering = { file, bytes in
                // As the chat queue does: what was submitted before is noted before.
                try pending.note(in: storage)
                guard pending.canLower.load(ordering: .relaxed) else { throw StorageError.full }
                try storage.write { try $0.setReceived(bytes, of: file) }
            }
            return FileLane(0, storage: storage, blobs: blobs, senders: senders, lower: lower, clock: { 1 })
        }

        var canLower: Bool {
            get { pending.canLower.load(ordering: .relaxed) }
            set { pending.canLower.store(newValue, ordering: .relaxed) }
        }

        /// What a lane has done is on its way to the chat queue.
        func submit(_ outcome: FileLane.Outcome) { if let step = outcome.step { pending.add(step) } }

        func note() throws { try pending.note(in: storage) }

        /// The process and all that was not durable are gone; what follows begins with the rest.
        func losePower() {
            pending.forget()
            blobs.lose()
            lane = Self.lane(storage, blobs, senders, pending)
        }

        func row() throws -> Int64 {
            let record = try storage.read { try $0.file(file, of: alice.user.tenant) }
            return try #require(record).received
        }

        func write(_ bytes: [UInt8], at offset: Int64) throws {
            submit(try lane.write(bytes, to: file, at: offset, alice))
        }

        func send(_ bytes: [UInt8], chunk index: Int64) throws {
            let chunk = FileChunk(
                file: file,
                conversation: try .named("room"),
                index: UInt32(index),
                total: (FileLossTests.size + FileLossTests.chunk - 1) / FileLossTests.chunk,
                mimeType: "a/b",
                bytes: bytes
            )
            submit(try lane.take(chunk, alice) { _ in })
        }

        @discardableResult func resume() throws -> Int64 {
            let outcome = try lane.resume(FileResume(fileID: file), alice)
            submit(outcome)
            return outcome.step?.received ?? 0
        }
    }

    /// Steps that were submitted and are not noted yet.
    private final class Pending: Sendable {
        let canLower = Atomic(true)
        private let steps = Mutex<[FileStep]>([])

        func add(_ step: FileStep) { steps.withLock { $0.append(step) } }
        func forget() { steps.withLock { $0.removeAll() } }
        func note(in storage: InMemoryStorage) throws {
            let noted = steps.withLock { steps in
                defer { steps.removeAll() }
                return steps
            }
            try storage.write { for step in noted { try $0.setReceived(step.received, of: step.file) } }
        }
    }

    private func bytes(_ count: Int, _ value: UInt8) -> [UInt8] { Array(repeating: value, count: count) }

    @Test func `bytes that are sent again from an earlier place count once they are durable`() throws {
        let node = try Node()
        try node.write(bytes(9_000, 1), at: 0)
        try node.resume()
        try node.note()
        #expect(try node.row() == 9_000)
        try node.write(bytes(9_000, 2), at: 4_000)
        #expect(try node.row() == 4_000)
        node.losePower()
        #expect(try node.resume() == 4_000)
        #expect(node.blobs.read(node.file, 0..<4_000) == bytes(4_000, 1))
    }

    @Test func `a chunk over the end of a body that broke off in it is no exception`() throws {
        let node = try Node()
        try node.write(bytes(1_500, 1), at: 0)
        try node.resume()
        try node.note()
        try node.send(bytes(1_024, 2), chunk: 1)
        node.losePower()
        #expect(try node.resume() == 1_024)
    }

    @Test func `what was noted late does not count what was overwritten since`() throws {
        let node = try Node()
        try node.write(bytes(9_000, 1), at: 0)
        try node.resume()
        // The chat queue has not come to it.
        try node.write(bytes(9_000, 2), at: 100)
        try node.note()
        node.losePower()
        #expect(try node.resume() == 100)
    }

    @Test func `a directory that is older than its rows is filled up as if these had said so`() throws {
        let node = try Node()
        try node.write(bytes(9_000, 1), at: 0)
        try node.resume()
        try node.note()
        #expect(node.lane.remove([node.file]).gone == [node.file])
        node.losePower()
        #expect(try node.resume() == 0)
        try node.write(bytes(9_000, 2), at: 0)
        node.losePower()
        #expect(try node.resume() == 0)
    }

    @Test func `a row that cannot be lowered keeps what it counts`() throws {
        let node = try Node()
        try node.write(bytes(9_000, 1), at: 0)
        try node.resume()
        try node.note()
        node.canLower = false
        #expect(throws: StorageError.full) { try node.write(bytes(9_000, 2), at: 100) }
        node.losePower()
        #expect(try node.resume() == 9_000)
        #expect(node.blobs.read(node.file, 0..<9_000) == bytes(9_000, 1))
    }

    @Test func `a file that was not what was announced begins anew, though nobody could be told`() throws {
        let node = try Node(sha256: Array(repeating: 0, count: 32))
        try node.write(bytes(9_000, 1), at: 0)
        try node.resume()
        // The chat queue has not come to that, and takes nothing more.
        let rest = bytes(Int(Self.size) - 9_000, 1)
        #expect(try node.lane.write(rest, to: node.file, at: 9_000, node.alice).step?.kind == .mismatch)
        try node.write(bytes(5_000, 2), at: 0)
        try node.note()
        #expect(try node.row() == 0)
        node.losePower()
        #expect(try node.resume() == 0)
    }

    @Test func `what was removed does not come back, or is removed again`() throws {
        let node = try Node()
        try node.write(bytes(9_000, 1), at: 0)
        try node.resume()
        node.blobs.goodCalls.withLock { $0 = 0 }
        let failed = node.lane.remove([node.file])
        #expect(failed.gone.isEmpty && failed.failure is StorageError)
        #expect(node.lane.remove([node.file]).gone == [node.file])
        node.losePower()
        #expect(node.blobs.read(node.file, 0..<9_000).isEmpty)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `the bytes that a row counts are those that were sent last, whatever fails and when`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let node = try Node()
        // What was sent and taken, in its place.
        var sent: [UInt8] = []
        for _ in 0..<60 {
            if Int.random(in: 0..<5, using: &random) == 0 {
                node.blobs.goodCalls.withLock { $0 = Int.random(in: 0..<3, using: &random) }
            }
            do {
                switch Int.random(in: 0..<12, using: &random) {
                case 0..<4:
                    let place = Int.random(in: 0...sent.count, using: &random)
                    let room = Int(Self.size) - place - 1
                    let more = random.bytes(Int.random(in: 0...min(room, 2_500), using: &random))
                    try node.write(more, at: Int64(place))
                    sent = Array(sent.prefix(place)) + more
                case 4..<7:
                    let index = sent.count / Int(Self.chunk)
                    guard (index + 1) * Int(Self.chunk) < Int(Self.size) else { continue }
                    let more = random.bytes(Int(Self.chunk))
                    try node.send(more, chunk: Int64(index))
                    sent = Array(sent.prefix(index * Int(Self.chunk))) + more
                case 7: node.submit(try node.lane.settle(node.file, node.alice))
                case 8: try node.resume()
                case 9..<11: try node.note()
                default:
                    let counted = try node.row()
                    node.losePower()
                    let isKept = node.blobs.read(node.file, 0..<counted) == Array(sent.prefix(Int(counted)))
                    #expect(isKept, "seed \(seed)")
                    sent = Array(sent.prefix(Int(counted)))
                }
            } catch is StorageError {
                // Its sender asks where to go on.
                node.blobs.goodCalls.withLock { $0 = nil }
                let place = try node.resume()
                #expect(place <= Int64(sent.count), "seed \(seed)")
                sent = Array(sent.prefix(Int(place)))
            }
        }
        let counted = try node.row()
        node.losePower()
        let isKept = node.blobs.read(node.file, 0..<counted) == Array(sent.prefix(Int(counted)))
        #expect(isKept, "seed \(seed)")
    }
}

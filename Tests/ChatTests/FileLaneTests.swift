import CAASProtocol
import Crypto
import Testing

@testable import Chat

@Suite("Files: what arrives, R53") struct FileLaneTests {
    private let storage = InMemoryStorage()
    private let blobs = InMemoryBlobs()
    private let senders = FileUploads()
    private let lane: FileLane
    private let alice: Actor
    private let content: [UInt8] = (0..<80_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
    private static let chunk: Int64 = 1_024

    init() throws {
        lane = FileLane(
            0,
            storage: storage,
            blobs: blobs,
            senders: senders,
            lower: { [storage] file, bytes in try storage.write { try $0.setReceived(bytes, of: file) } },
            clock: { 5_000 }
        )
        alice = try Self.actor("alice")
        senders.connect(alice.connection)
    }

    private static func actor(_ name: String, tenant: String = "acme") throws -> Actor {
        Actor(
            connection: ConnectionID(loop: 0, number: 1),
            user: UserKey(tenant: try #require(TenantID(tenant)), user: try .named(name))
        )
    }

    /// Another connection of alice's.
    private func anotherConnection() -> Actor {
        let actor = Actor(connection: ConnectionID(loop: 1, number: 2), user: alice.user)
        senders.connect(actor.connection)
        return actor
    }

    private func announce(sha256: [UInt8]? = nil, received: Int64 = 0, expiresAt: Int64 = 9_000) throws -> FileID {
        let file = try FileRecord.announced(
            by: alice.user,
            size: Int64(content.count),
            chunkSize: Self.chunk,
            sha256: sha256,
            received: received,
            expiresAt: expiresAt
        )
        try storage.announce(file)
        try senders.takeUp(file.id, on: alice.connection)
        return file.id
    }

    private func chunk(
        _ file: FileID,
        _ index: Int,
        room: String = "room",
        total: Int64? = nil,
        mimeType: String = "a/b",
        bytes: [UInt8]? = nil
    ) throws -> FileChunk {
        let size = Int(Self.chunk)
        let own = content[min(content.count, index * size)..<min(content.count, (index + 1) * size)]
        return FileChunk(
            file: file,
            conversation: try .named(room),
            index: UInt32(index),
            total: total ?? Int64(chunks),
            mimeType: mimeType,
            bytes: bytes ?? Array(own)
        )
    }

    private func take(_ chunk: FileChunk, _ actor: Actor? = nil) throws -> FileLane.Outcome {
        try lane.take(chunk, actor ?? alice) { _ in }
    }

    private func refusal(_ work: () throws -> Void) throws -> SpecError {
        do {
            try work()
        } catch let refusal as SpecError {
            return refusal
        }
        throw Unexpected(what: "no refusal")
    }

    private var chunks: Int { (content.count + Int(Self.chunk) - 1) / Int(Self.chunk) }

    @Test func `chunks in order become the file, with a report behind each sixteenth`() throws {
        let hash = Array(SHA256.hash(data: content))
        let file = try announce(sha256: hash)
        var reports: [Int64] = []
        for index in 0..<chunks {
            switch try take(chunk(file, index)) {
            case .taken: #expect((index + 1) % 16 != 0 && index < chunks - 1)
            case .report(let step): reports.append(step.received)
            case .over(let step):
                #expect(index == chunks - 1)
                #expect(step.kind == .complete(sha256: hash) && step.index == UInt32(index))
            case .arrived: throw Unexpected(what: "an end")
            }
        }
        #expect(reports == [16, 32, 48, 64].map { $0 * Self.chunk })
        #expect(try blobs.read(file, 0..<Int64.max) == content)
        #expect(try refusal { _ = try take(chunk(file, 0)) }.reason == "complete")
    }

    @Test func `a chunk in another place than its own says which is wanted`() throws {
        let file = try announce()
        for index in 0..<3 { _ = try take(chunk(file, index)) }
        let old = try refusal { _ = try take(chunk(file, 1)) }
        #expect((old.code, old.details) == (.alreadyExists, [.init("nextIndex", .integer(3))]))
        let gap = try refusal { _ = try take(chunk(file, 4)) }
        #expect(
            (gap.code, gap.reason, gap.details) == (.invalidPayload, "chunk_gap", [.init("nextIndex", .integer(3))])
        )
        let short = try refusal { _ = try take(chunk(file, 3, bytes: [1])) }
        #expect((short.code, short.reason) == (.invalidPayload, "chunk_size"))
        for total in [0, 1, Int64(chunks) + 1, MediaPacket.chunks] {
            let other = try refusal { _ = try take(chunk(file, 3, total: total)) }
            #expect((other.code, other.field) == (.invalidPayload, "header.totalChunks"))
        }
        let other = try refusal { _ = try take(chunk(file, 3, mimeType: "a/c")) }
        #expect((other.code, other.field) == (.invalidPayload, "header.mimeType"))
        _ = try take(chunk(file, 3))
    }

    @Test func `another's file is unknown, and so is one in another conversation, of no row, or too late`() throws {
        let file = try announce()
        let late = try announce(expiresAt: 5_000)
        let others = [try Self.actor("bob"), try Self.actor("alice", tenant: "other")]
        for actor in others {
            #expect(try refusal { _ = try take(chunk(file, 0), actor) }.code == .notFound)
            #expect(try refusal { _ = try lane.resume(FileResume(fileID: file), actor) }.code == .notFound)
        }
        _ = try take(chunk(file, 0))
        for actor in others { #expect(try refusal { _ = try take(chunk(file, 1), actor) }.code == .notFound) }
        #expect(try refusal { _ = try take(chunk(file, 1, room: "elsewhere")) }.code == .notFound)
        #expect(try refusal { _ = try take(chunk(.random(), 0)) }.code == .notFound)
        #expect(try refusal { _ = try take(chunk(late, 0)) }.code == .notFound)
        #expect(blobs.ids == [file])
    }

    @Test func `another hash than the announced one leaves nothing`() throws {
        let file = try announce(sha256: Array(repeating: 1, count: 32))
        for index in 0..<chunks - 1 { _ = try take(chunk(file, index)) }
        guard case .over(let step) = try take(chunk(file, chunks - 1)) else { throw Unexpected(what: "no end") }
        #expect(step.kind == .mismatch)
        #expect(blobs.ids.isEmpty)
    }

    @Test func `resuming says what is durable, and no more`() throws {
        let file = try announce()
        for index in 0..<5 { _ = try take(chunk(file, index)) }
        guard case .over(let step) = try lane.resume(FileResume(fileID: file), alice) else {
            throw Unexpected(what: "no step")
        }
        #expect((step.kind, step.received) == (.resumed, 5 * Self.chunk))
    }

    @Test func `what is still under way on the connection before is not taken`() throws {
        let file = try announce()
        for index in 0..<2 { _ = try take(chunk(file, index)) }
        let again = anotherConnection()
        _ = try lane.resume(FileResume(fileID: file), again)
        let late = try refusal { _ = try take(chunk(file, 2)) }
        #expect((late.code, late.reason) == (.alreadyExists, "resumed_elsewhere"))
        _ = try take(chunk(file, 2), again)
        #expect(try refusal { _ = try take(chunk(file, 3)) }.reason == "resumed_elsewhere")
    }

    @Test func `a file that is begun again is its new sender's, whatever has come of it`() throws {
        let file = try announce()
        _ = try take(chunk(file, 0))
        let other = anotherConnection()
        senders.beginTransaction()
        try senders.give(file, to: other.connection)
        // Not before that is stored.
        #expect(try refusal { _ = try take(chunk(file, 1), other) }.reason == "resumed_elsewhere")
        _ = try take(chunk(file, 1))
        senders.commitTransaction()
        #expect(try refusal { _ = try take(chunk(file, 2)) }.reason == "resumed_elsewhere")
        _ = try take(chunk(file, 2), other)
    }

    @Test func `a file stays with its sender where another may not take it up`() throws {
        let file = try announce()
        _ = try take(chunk(file, 0))
        let other = anotherConnection()
        for _ in 0..<FileUploads.perConnection { try senders.takeUp(.random(), on: other.connection) }
        let refused = try refusal { _ = try lane.resume(FileResume(fileID: file), other) }
        #expect((refused.code, refused.reason) == (.rateLimited, "uploads"))
        #expect(try refusal { _ = try take(chunk(file, 1), other) }.reason == "resumed_elsewhere")
        _ = try take(chunk(file, 1))
    }

    @Test func `chunks are taken of a file that the connection began, or was told to go on with`() throws {
        let file = try announce()
        let other = anotherConnection()
        #expect(try refusal { _ = try take(chunk(file, 0), other) }.reason == "resumed_elsewhere")
        senders.disconnect(alice.connection)
        #expect(try refusal { _ = try take(chunk(file, 0), other) }.reason == "resumed_elsewhere")
        _ = try lane.resume(FileResume(fileID: file), other)
        _ = try take(chunk(file, 0), other)
        #expect(senders.count(of: other.connection) == 1)
    }

    @Test func `after a restart only what its row says counts, and what the directory has`() throws {
        let file = try announce(received: 3 * Self.chunk)
        _ = blobs.begin(file)
        try blobs.append(Array(repeating: 9, count: 5 * Int(Self.chunk)), to: file, at: 0)
        #expect(try refusal { _ = try take(chunk(file, 5)) }.details == [.init("nextIndex", .integer(3))])
        let lost = try announce(received: 3 * Self.chunk)
        #expect(try refusal { _ = try take(chunk(lost, 3)) }.details == [.init("nextIndex", .integer(0))])
    }

    @Test func `a report a second later comes once, and only where there is something to say`() throws {
        let file = try announce()
        var asked: [FileID] = []
        for index in 0..<3 { _ = try lane.take(chunk(file, index), alice) { asked.append($0) } }
        #expect(asked == [file])
        #expect(try lane.report(file)?.step.received == 3 * Self.chunk)
        #expect(try lane.report(file)?.step == nil)
        _ = try lane.take(chunk(file, 3), alice) { asked.append($0) }
        #expect(asked == [file, file])
    }

    @Test func `bytes of any length become the file too, from any place that is there`() throws {
        let hash = Array(SHA256.hash(data: content))
        let file = try announce(sha256: hash)
        _ = try lane.write(Array(content[0..<1_500]), to: file, at: 0, alice)
        #expect(
            try refusal { _ = try lane.write([1], to: file, at: 1_501, alice) }.details == [
                .init("offset", .integer(1_500))
            ]
        )
        #expect(try refusal { _ = try take(chunk(file, 0)) }.code == .alreadyExists)
        _ = try take(chunk(file, 1))
        _ = try lane.write(Array(content[100..<3_000]), to: file, at: 100, alice)
        let tooMany = try refusal { _ = try lane.write(content, to: file, at: 1, alice) }
        #expect(tooMany.reason == "too_large")
        guard case .over(let step) = try lane.write(Array(content[3_000...]), to: file, at: 3_000, alice) else {
            throw Unexpected(what: "no end")
        }
        #expect(step.kind == .complete(sha256: hash))
        #expect(try blobs.read(file, 0..<Int64.max) == content)
    }

    @Test func `what is removed is unknown at once`() throws {
        let file = try announce()
        _ = try take(chunk(file, 0))
        try storage.write { try $0.removeFile(file) }
        #expect(lane.remove([file]).gone == [file])
        #expect(try refusal { _ = try take(chunk(file, 1)) }.code == .notFound)
        #expect(blobs.ids.isEmpty)
    }
}

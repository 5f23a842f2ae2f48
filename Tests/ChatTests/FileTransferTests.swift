import CAASProtocol
import Crypto
import Testing

@testable import Chat

@Suite("Files without a connection, R53", .timeLimit(.minutes(1))) struct FileTransferTests {
    private let queue = ChatQueue(
        storage: InMemoryStorage(),
        settings: ChatSettings(),
        sink: NoSink(),
        clock: { 1 }
    )
    /// Two MiB and a bit, so that places are noted on the way.
    private static let content = [UInt8]((0..<2_200).flatMap { Array(repeating: UInt8($0 % 251), count: 1_000) })

    private var content: [UInt8] { Self.content }

    private func user(_ name: String, tenant: String = "acme") throws -> Actor {
        .user(UserKey(tenant: try #require(TenantID(tenant)), user: try .named(name)), scopes: .standard)
    }

    /// Has alice announce a file in the lobby.
    private func announce(sha256: String? = nil) async throws -> FileID {
        let alice = try user("alice")
        let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("room"))
        _ = await queue.perform(.create(creation), as: alice, frame: .random())
        let begin = FileBegin(
            conversationID: try .named("room"),
            name: "a",
            mimeType: "a/b",
            size: Int64(content.count),
            sha256: sha256
        )
        let answer = await queue.perform(.beginFile(begin), as: alice, frame: .random())
        guard case .success(_, .uploading(let file, 0, _, _)) = answer else { throw Unexpected(what: "\(answer)") }
        return file
    }

    /// Writes a range of the content in pieces, and returns the file where that was its end.
    private func write(_ range: Range<Int>, of file: FileID, as sender: Actor) async throws -> FileComplete? {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 131_072) {
            let piece = Array(content[start..<min(range.upperBound, start + 131_072)])
            if let whole = try await queue.write(piece, to: file, at: Int64(start), as: sender) { return whole }
        }
        return nil
    }

    @Test func `a body becomes the file`() async throws {
        let hash = Hexadecimal.text(Array(SHA256.hash(data: content)))
        let file = try await announce(sha256: hash)
        let sender = try user("alice").sending()
        #expect(try await queue.place(of: file, as: sender) == .partial(received: 0, size: Int64(content.count)))
        let whole = try await write(0..<content.count, of: file, as: sender)
        #expect(whole?.sha256 == hash && whole?.fileID == file)
        #expect(try await queue.place(of: file, as: sender) == whole.map { .whole($0) })
        #expect(try await queue.read(file, 5..<content.count64) == Array(content[5...]))
        #expect(queue.waitingCallers == 0)
    }

    @Test func `a body that ended early is there as far as it came`() async throws {
        let file = try await announce()
        let first = try user("alice").sending()
        _ = try await queue.place(of: file, as: first)
        #expect(try await write(0..<1_500_001, of: file, as: first) == nil)
        try await queue.settle(file, as: first)
        let second = try user("alice").sending()
        #expect(try await queue.place(of: file, as: second) == .partial(received: 1_500_001, size: content.count64))
        // From a place before it too.
        #expect(try await write(1_000_000..<content.count, of: file, as: second) != nil)
        #expect(try await queue.read(file, 0..<content.count64) == content)
    }

    @Test func `what an older body still brings is refused, and its end changes nothing`() async throws {
        let file = try await announce()
        let old = try user("alice").sending()
        let new = try user("alice").sending()
        _ = try await queue.place(of: file, as: old)
        _ = try await write(0..<1_000, of: file, as: old)
        #expect(try await queue.place(of: file, as: new) == .partial(received: 1_000, size: content.count64))
        await #expect(throws: SpecError.resumedElsewhere) { try await write(1_000..<2_000, of: file, as: old) }
        try await queue.settle(file, as: old)
        #expect(try await write(1_000..<content.count, of: file, as: new) != nil)
    }

    @Test func `another's file has no place, and nothing is written to it`() async throws {
        let file = try await announce()
        for other in [try user("bob"), try user("alice", tenant: "other")] {
            await #expect(throws: SpecError.self) { try await queue.place(of: file, as: other.sending()) }
            await #expect(throws: SpecError.self) { try await queue.write([1], to: file, at: 0, as: other.sending()) }
            try await queue.settle(file, as: other.sending())
        }
        let place = try await queue.place(of: file, as: user("alice").sending())
        #expect(place == .partial(received: 0, size: content.count64))
    }

    @Test func `a file is known to a link once it has arrived, in its tenant`() async throws {
        let file = try await announce()
        let tenant = try user("alice").user.tenant
        await #expect(throws: SpecError.unknownFile("fileId")) { try await queue.summary(of: file, in: tenant) }
        _ = try await write(0..<content.count, of: file, as: user("alice").sending())
        #expect(try await queue.summary(of: file, in: tenant).size == content.count64)
        let other = try user("alice", tenant: "other").user.tenant
        await #expect(throws: SpecError.unknownFile("fileId")) { try await queue.summary(of: file, in: other) }
    }
}

extension Array {
    fileprivate var count64: Int64 { Int64(count) }
}

private struct NoSink: DeliverySink {
    func deliver(_ deliveries: [Delivery]) {}
    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {
        Issue.record("a caller's answer went to the sink")
    }
}

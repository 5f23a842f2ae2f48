import CAASProtocol
import Dispatch
import Synchronization
import Testing

@testable import Chat

@Suite("Files: what is left goes, and nothing else, R53", .timeLimit(.minutes(1))) struct FileSweepTests {
    private let content: [UInt8] = (0..<3_000).map { UInt8(truncatingIfNeeded: $0) }

    @Test(arguments: StorageUnderTest.available)
    func `a file that arrives as its time ends keeps what it has`(_ subject: StorageUnderTest) async throws {
        let node = try FileNode(subject)
        let file = try #require(try node.announce(expiresAt: 1_000).first)
        node.now = 999
        let queue = node.serve()
        let (arriving, arrival) = AsyncStream<Void>.makeStream()
        let looked = DispatchSemaphore(value: 0)
        node.storage.whenArriving(file) {
            arrival.yield()
            looked.wait()
        }
        async let whole = queue.write(content, to: file, at: 0, as: node.alice.sending())
        for await _ in arriving { break }
        // What was stored says that it has not arrived, until the transaction ends.
        node.now = 1_000
        for _ in 0..<2 {
            // The queue is busy with the transaction, and so are its own looks.
            queue.files.sweep(for: queue)
            await queue.lanesEnd()
        }
        looked.signal()
        _ = try? await whole
        await queue.look(times: 4)
        #expect(try node.row(of: file)?.isComplete == true)
        #expect(try await queue.read(file, 0..<3_000) == content)
        #expect(try node.storedBytes() == 3_000)
        queue.close()
    }

    @Test(arguments: StorageUnderTest.available)
    func `a file that was removed as late does not arrive`(_ subject: StorageUnderTest) async throws {
        let node = try FileNode(subject)
        let file = try #require(try node.announce(expiresAt: 1_000).first)
        node.now = 1_000
        let queue = node.serve()
        await queue.look()
        // Whatever the clock says to the batch that notes it.
        node.now = 999
        let step = FileStep(file: file, received: 3_000, kind: .complete(sha256: [1]))
        let answer = await queue.perform(.fileStep(step), as: node.alice, frame: .random())
        guard case .failure(let refusal) = answer else { throw Missing() }
        #expect((refusal.code, refusal.reason) == (.notFound, "file"))
        node.now = 1_000
        await queue.look(times: 4)
        #expect(try node.stored().isEmpty && node.left().isEmpty)
        #expect(try node.storedBytes() == 0)
        queue.close()
    }

    /// Where a process may end.
    enum Step: CaseIterable {
        case late, removed, withoutBytes
    }

    @Test(arguments: StorageUnderTest.available, Step.allCases)
    func `what was interrupted is done by the next process`(_ subject: StorageUnderTest, step: Step) async throws {
        let node = try FileNode(subject)
        let files = try node.announce(3, expiresAt: 1_000)
        let kept = try #require(try node.announce(expiresAt: 1_001).first)
        node.now = 1_000
        if step != .late { try node.storage.write { try $0.removeUnfinished(files) } }
        if step == .withoutBytes { for file in files { try node.blobs.remove(file) } }
        let queue = node.serve()
        await queue.look(times: 4)
        #expect(try node.left().isEmpty)
        #expect(try node.stored() == [kept])
        #expect(try node.storedBytes() == 3_000)
        queue.close()
    }

    @Test(arguments: StorageUnderTest.available)
    func `bytes that cannot be removed hold up no others`(_ subject: StorageUnderTest) async throws {
        let node = try FileNode(subject)
        let stuck = try node.announce(250)
        let others = try node.announce(30)
        node.blobs.stuck.withLock { $0 = Set(stuck) }
        try node.storage.write { try $0.removeUnfinished(stuck + others) }
        let queue = node.serve()
        // Three looks for all of them, and the queue's own may have come to the first ones before.
        await queue.look(times: 12)
        #expect(try node.left() == Set(stuck))
        #expect(try node.stored() == Set(stuck))
        #expect(try node.storedBytes() == 250 * 3_000)
        #expect(node.reports.load(ordering: .relaxed) > 0)
        node.blobs.stuck.withLock { $0 = [] }
        await queue.look(times: 12)
        #expect(try node.left().isEmpty && node.stored().isEmpty)
        #expect(try node.storedBytes() == 0)
        queue.close()
    }

    @Test(arguments: StorageUnderTest.available)
    func `a row that is lowered counts nothing that was noted before`(_ subject: StorageUnderTest) async throws {
        let node = try FileNode(subject)
        let file = try #require(try node.announce(size: 100_000).first)
        let queue = node.serve()
        let alice = node.alice
        // Whoever has put the first request there comes to wake the queue a moment later.
        let first = queue.enter(ChatRequest(actor: alice, frame: .random(), command: .rate(.fileBegin)))
        #expect(first == (true, true))
        try await queue.files.onLane(of: file) { lane in
            // Enough of it that its row is to count it, and then another beginning.
            guard case .report(let step) = try lane.write(Array(repeating: 1, count: 20_000), to: file, at: 0, alice)
            else { throw Missing() }
            #expect(queue.submit(ChatRequest(actor: alice, frame: .random(), command: .fileStep(step))))
            _ = try lane.write([2], to: file, at: 100, alice)
        }
        queue.wake()
        await queue.settle()
        #expect(try node.row(of: file)?.received == 100)
        queue.close()
    }
}

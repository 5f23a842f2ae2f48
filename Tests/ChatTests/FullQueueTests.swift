import CAASProtocol
import Dispatch
import Synchronization
import Testing

@testable import Chat

@Suite("A chat queue whose store hangs, R11") struct FullQueueTests {
    @Test(.timeLimit(.minutes(1)))
    func `takes ten thousand requests and no more, answers them all, and always learns who has gone`() throws {
        let (storage, sink) = (HangingStorage(), AnswerCount())
        let queue = ChatQueue(storage: storage, settings: ChatSettings(), sink: sink, clock: { 1 })
        let chat = Transcript()
        let alice = try chat.connect("alice")
        storage.gate.wait()
        #expect(queue.submit(try chat.request(alice, sending("first", to: "room"))))
        // The queue is busy with the first from here on: whatever comes waits.
        storage.entered.wait()
        let another = try chat.request(alice, sending("another", to: "room"))
        let taken = (0..<10_010).count { _ in queue.submit(another) }
        #expect(taken == 10_000)
        #expect(!queue.submit(another))
        #expect(queue.submit(try chat.request(alice, .disconnect)))
        #expect(!queue.submit(another))
        storage.gate.signal()
        queue.close()
        #expect(sink.count.withLock { $0 } == 10_001)
        #expect(!queue.submit(another))
    }
}

/// A store whose transactions wait for a gate.
private final class HangingStorage: Storage {
    /// Taken by each transaction while it runs.
    let gate = DispatchSemaphore(value: 1)
    /// Signalled by each transaction before it waits.
    let entered = DispatchSemaphore(value: 0)
    private let storage = InMemoryStorage()

    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        entered.signal()
        gate.wait()
        defer { gate.signal() }
        return try storage.write(body)
    }

    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result { try storage.read(body) }
    func close() throws { try storage.close() }
}

/// Counts the answers.
private final class AnswerCount: DeliverySink {
    let count = Mutex(0)

    func deliver(_ deliveries: [Delivery]) {
        let answers = deliveries.count { if case .answer = $0 { true } else { false } }
        count.withLock { $0 += answers }
    }

    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {
        count.withLock { $0 += 1 }
    }
}

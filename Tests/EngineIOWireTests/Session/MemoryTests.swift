import NIOCore
import Testing

@testable import EngineIOWire

@Suite("What a session holds") struct MemoryTests {
    @Test func `itself in less than 330 bytes`() {
        #expect(MemoryLayout<EngineIOMachine>.size < 330)
    }

    @Test func `nothing of what came and went`() throws {
        var session = try Session(over: .polling)
        for _ in 0..<100 { session.machine.send(.text(ByteBuffer(string: "4x"))) }
        for _ in 0..<7 { _ = session.get() }
        _ = session.post("4a", "4b")
        #expect(session.machine.queue.isEmpty && session.machine.ready.isEmpty)
        #expect(session.machine.inbox.body == nil)
        #expect(session.machine.queue.capacity == 0)
        #expect(session.machine.ready.capacity == 0)
    }

    @Test func `no more when the queue never becomes quite empty`() throws {
        var queue = OutgoingQueue()
        for _ in 0..<10_000 {
            queue.append(.text(ByteBuffer(string: "4x")))
            queue.append(.text(ByteBuffer(string: "4y")))
            _ = queue.popFirst()
            if queue.count > 10 { _ = queue.popFirst() }
        }
        #expect(queue.capacity < 300)
        #expect(queue.bytes == queue.count * 2)
    }
}

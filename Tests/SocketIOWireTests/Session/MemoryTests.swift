import NIOCore
import Testing

@testable import SocketIOWire

@Suite("What a machine holds") struct MemoryTests {
    @Test func `itself in less than 300 bytes`() {
        #expect(MemoryLayout<SocketIOMachine>.size < 300)
    }

    @Test func `a packet that waits, in memory of its own`() {
        var client = Client(in: "/")
        var large = ByteBuffer(repeating: 0x20, count: 60_000)
        large.setString("52-[\"x\",[1]]", at: 0)
        let text = large.getSlice(at: 0, length: 12) ?? ByteBuffer()
        #expect(client.machine.receive(text: text, now: client.start) == nil)
        #expect(client.machine.receive(binary: text, now: client.start) == nil)
        guard case .event(_, let arguments, _) = client.machine.incoming?.packet.content else {
            Issue.record("no event waits")
            return
        }
        #expect(arguments[0].storageCapacity <= 64)
        #expect(client.machine.incoming?.attachments.first?.storageCapacity ?? 0 <= 64)
    }

    /// CVE-2026-5740.
    @Test func `as much as came, not as much as was announced`() {
        var client = Client(in: "/")
        #expect(client.send("510-[\"x\"]") == nil)
        #expect(client.machine.incoming?.attachments.capacity == 0)
        #expect(client.machine.heldBytes == 9)
    }

    @Test func `the opening alone of a text that is thrown away`() {
        var client = Client(in: "/")
        let text = "51-[\"x\",\"" + String(repeating: "a", count: 70_000)
        #expect(client.send(text) == nil)
        #expect(client.machine.heldBytes <= 4_096)
    }
}

import NIOCore
import Testing
import WebSocketWire

@Suite("Shared server frames") struct ServerFrameTests {
    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
    func `header and payload are what a client reads`(length: Int) {
        let payload = [UInt8](repeating: 0x61, count: length)
        var frame = ByteBuffer()
        ServerFrame.writeHeader(.binary, length: length, into: &frame)
        #expect(frame.readableBytes == ServerFrame.headerLength(for: length))
        frame.writeBytes(payload)
        #expect(Array(frame.readableBytesView) == RawFrame(opcode: 2, payload: payload).bytes)
        var client = Peer(of: .client)
        #expect(client.send(Array(frame.readableBytesView)) == [.binary(payload)])
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536])
    func `one end reads what the other encodes`(length: Int) {
        let text = String(repeating: "ä", count: length / 2) + String(repeating: "x", count: length % 2)
        for (sender, receiver) in [(Role.client, Role.server), (.server, .client)] {
            var limits = WebSocketLimits()
            limits.textBytes = 100_000
            var from = Peer(of: sender)
            var to = Peer(of: receiver, limits: limits)
            let frame = from.machine.encode(.text, ByteBuffer(string: text))
            #expect(to.send(Array(frame.readableBytesView)) == [.text(text)])
        }
    }

    @Test func `a client's masks differ`() {
        var client = Peer(of: .client)
        let frames = Set((0..<20).map { _ in client.machine.encode(.text, ByteBuffer(string: "again and again")) })
        #expect(frames.count > 1)
    }
}

import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway
@testable import WebSocketWire

@Suite("Bytes that wait for a reader, and the end of one") struct SlowReaderTests {
    private static let limit = GatewaySettings().queuedBytes

    /// A socket that takes nothing.
    private func stuck() throws -> (EmbeddedChannel, WebSocketTransport) {
        let channel = EmbeddedChannel()
        let loop = LoopReaders(eventLoop: channel.eventLoop, number: 0)
        let transport = WebSocketTransport(loop: loop, rules: .chat(GatewaySettings()))
        try channel.pipeline.syncOperations.addHandler(transport)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        transport.start()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        return (channel, transport)
    }

    @Test(arguments: [(-1, true), (0, true), (1, false)], [1, 1_024])
    func `1 MiB may wait`(side: (more: Int, stands: Bool), frames: Int) throws {
        let (_, transport) = try stuck()
        for number in 0..<frames {
            let count = Self.limit / frames + (number == 0 ? side.more : 0)
            transport.enqueue(ByteBuffer(repeating: 7, count: count))
        }
        transport.flush()
        #expect(transport.isOpen == side.stands)
        #expect(transport.closeCode == (side.stands ? nil : 4102))
    }

    @Test func `one that is cut for its queue has 2 s for the close frame`() throws {
        let (channel, transport) = try stuck()
        transport.enqueue(ByteBuffer(repeating: 7, count: Self.limit + 1))
        try hasTwoSeconds(channel)
    }

    @Test func `one that says goodbye and takes nothing has 2 s for what waits`() throws {
        let (channel, transport) = try stuck()
        transport.enqueue(ByteBuffer(repeating: 7, count: 1))
        transport.flush()
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: [0x88, 0x80, 0, 0, 0, 0]))
        #expect(!transport.isOpen)
        try hasTwoSeconds(channel)
    }

    @Test func `one that breaks the protocol and takes nothing has 2 s for what waits`() throws {
        let (channel, transport) = try stuck()
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: [0xF8, 0x80, 0, 0, 0, 0]))
        #expect(transport.closeCode == 1002)
        try hasTwoSeconds(channel)
    }

    private func hasTwoSeconds(_ channel: EmbeddedChannel) throws {
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }
}

@Suite("A listener without descriptors") struct AcceptPauseTests {
    @Test(arguments: [EMFILE, ENFILE]) func `accepts again after 100 ms`(code: CInt) throws {
        let pause = AcceptPause()
        let channel = EmbeddedChannel(handler: pause)
        for _ in 0..<2 {
            // It is told more than once before it stops.
            for _ in 0..<3 { channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept")) }
            #expect(pause.isPaused)
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(99))
            #expect(pause.isPaused)
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
            #expect(!pause.isPaused)
        }
    }

    @Test func `hands other errors on`() throws {
        let pause = AcceptPause()
        let channel = EmbeddedChannel(handler: pause)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNABORTED, reason: "accept"))
        #expect(!pause.isPaused)
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
    }
}

@Suite("Limits of the echo") struct EchoLimitTests {
    /// A client's frame, masked with zeros.
    private func frame(_ opcode: UInt8, isLast: Bool, _ length: Int) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.writeInteger(UInt8(isLast ? 0x80 : 0) | opcode)
        frame.writeInteger(UInt8(0x80 | 127))
        frame.writeInteger(UInt64(length))
        frame.writeInteger(UInt32(0))
        frame.writeRepeatingByte(7, count: length)
        return frame
    }

    @Test(arguments: [-1, 0, 1]) func `a message has 32 MiB`(more: Int) throws {
        let size = 32 * 1024 * 1024 + more
        var machine = WebSocketMachine(role: .server, limits: EchoEndpoint.limits, now: .now)
        // Two frames: the sum counts.
        machine.receive(frame(2, isLast: false, size / 2), now: .now)
        machine.receive(frame(0, isLast: true, size - size / 2), now: .now)
        switch machine.nextAction() {
        case .message(.binary, let payload): #expect(more <= 0 && payload.readableBytes == size)
        case .fail(let code, _, _): #expect(more > 0 && code.rawValue == 1009)
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    /// Clients that end a message with an empty fragment need one of them for it.
    @Test(arguments: [-1, 0, 1]) func `a message has 200,000 fragments`(more: Int) throws {
        let count = 200_000 + more
        var machine = WebSocketMachine(role: .server, limits: EchoEndpoint.limits, now: .now)
        var stream = ByteBuffer(bytes: [2, 0x81, 0, 0, 0, 0, 7])
        let piece = ByteBuffer(bytes: [0, 0x81, 0, 0, 0, 0, 7])
        for _ in 2..<count { stream.writeImmutableBuffer(piece) }
        stream.writeBytes([0x80, 0x80, 0, 0, 0, 0])
        machine.receive(stream, now: .now)
        switch machine.nextAction() {
        case .message(.binary, let payload): #expect(more <= 0 && payload.readableBytes == count - 1)
        case .fail(let code, _, _): #expect(more > 0 && code.rawValue == 1008)
        case let other: Issue.record("\(String(describing: other))")
        }
    }
}

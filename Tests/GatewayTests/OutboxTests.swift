import CAASProtocol
import Chat
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import Gateway

@Suite("Outbox: straight to the socket, through the channel, or waiting") struct OutboxTests {
    /// Sends numbered bytes in bursts and single frames to a reader that is sometimes slow, over a real socket.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false], [1, 7])
    func `everything arrives once and in order whichever way it takes`(writesDirectly: Bool, seed: UInt64) async throws
    {
        let total = 1_000_000
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 16 * 1024)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 8 * 1024, high: 32 * 1024))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ManualSender(writesDirectly: writesDirectly, total: total, seed: seed)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = try #require(server.localAddress?.port)
        let done = group.next().makePromise(of: Int.self)
        let client = try await ClientBootstrap(group: group)
            .channelOption(.socketOption(.so_rcvbuf), value: 16 * 1024)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OrderedReader(total: total, done: done))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        #expect(try await done.futureResult.get() == total)
        try? await client.close()
        try await server.close()
    }
}

@Suite("Outbox of a reader that never quite catches up") struct LaggingOutboxTests {
    @Test func `keeps nothing of what it has sent`() throws {
        let gate = Gate()
        let holder = Holder()
        let channel = EmbeddedChannel(handlers: [gate, holder])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let outbox = try #require(holder.outbox)
        gate.setWritable(false, channel)
        for round in 0..<5_000 {
            outbox.add(ByteBuffer(repeating: 7, count: 1_000))
            outbox.flush()
            // One goes for each that comes, but for the first three.
            if round >= 3 { gate.setWritable(true, channel) }
            #expect(outbox.waitingBytes == min(round + 1, 3) * 1_000)
        }
        let waiting = try #require(outbox.waiting)
        #expect(waiting.count == 3)
        #expect(waiting.capacity <= 64)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    /// Takes one write at a time.
    private final class Gate: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func setWritable(_ isWritable: Bool, _ channel: EmbeddedChannel) {
            channel.isWritable = isWritable
            channel.pipeline.fireChannelWritabilityChanged()
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            context.write(data, promise: promise)
            guard let channel = context.channel as? EmbeddedChannel else { return }
            setWritable(false, channel)
        }
    }
}

@Suite("Outbox of a reader of media") struct MediaOutboxTests {
    private let writes = Writes()
    private let channel: EmbeddedChannel
    private let outbox: Outbox

    init() throws {
        let holder = Holder()
        channel = EmbeddedChannel(handlers: [writes, holder])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        outbox = try #require(holder.outbox)
        let room = try #require(ConversationID("room"))
        let stream = MediaStream(sender: ConnectionID(loop: 0, number: 1), conversation: room, name: nil)
        for number: UInt8 in 0..<10 {
            outbox.add(ByteBuffer(bytes: [number]), .audio(stream))
            outbox.flush()
        }
    }

    @Test func `gives the channel one frame at a time`() throws {
        for number: UInt8 in 0..<10 {
            #expect(writes.taken == Array(0...number))
            writes.finish(.success(()))
        }
        #expect(outbox.isEmpty)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `sends nothing more when a write has failed, for then the descriptor may be another's`() throws {
        writes.finish(.success(()))
        writes.finish(.failure(ChannelError.eof))
        #expect(writes.taken == [0, 1])
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    /// What was written, of which nothing is done before it is said.
    private final class Writes: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private(set) var taken: [UInt8] = []
        private var promise: EventLoopPromise<Void>?

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            taken += Array(unwrapOutboundIn(data).readableBytesView)
            self.promise = promise
        }

        func finish(_ result: Result<Void, any Error>) {
            let promise = promise
            self.promise = nil
            promise?.completeWith(result)
        }
    }
}

@Suite("How long an outbox's reader has taken nothing") struct StalledOutboxTests {
    @Test func `a reader that takes something counts from then on, though the channel takes no more yet`() throws {
        let (channel, reader, outbox) = try setUp()
        let start = ContinuousClock.now
        send(1_000, outbox)
        #expect(outbox.stalledTime(now: start + .seconds(100)) == .zero)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        send(500, outbox)
        #expect(outbox.stalledTime(now: start + .seconds(100)) > .zero)
        reader.take()
        #expect(outbox.waitingBytes == 500)
        #expect(outbox.stalledTime(now: start + .seconds(200)) == .zero)
        #expect(outbox.stalledTime(now: start + .seconds(207)) == .seconds(7))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `more that waits is no sign of a reader that takes`() throws {
        let (channel, _, outbox) = try setUp()
        let start = ContinuousClock.now
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        send(500, outbox)
        let stalled = outbox.stalledTime(now: start + .seconds(100))
        send(500, outbox)
        #expect(outbox.stalledTime(now: start + .seconds(107)) == stalled + .seconds(7))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `a reader that has caught up is not behind`() throws {
        let (channel, reader, outbox) = try setUp()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        send(500, outbox)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        reader.take()
        #expect(outbox.stalledTime(now: ContinuousClock.now + .seconds(100)) == .zero)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    private func setUp() throws -> (EmbeddedChannel, Reader, Outbox) {
        let reader = Reader()
        let holder = Holder()
        let channel = EmbeddedChannel(handlers: [reader, holder])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return (channel, reader, try #require(holder.outbox))
    }

    private func send(_ count: Int, _ outbox: Outbox) {
        outbox.add(ByteBuffer(repeating: 7, count: count))
        outbox.flush()
    }

    /// Leaves what is written in the channel until it takes it.
    private final class Reader: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        func flush(context: ChannelHandlerContext) {}

        func take() { context?.flush() }
    }
}

/// Holds the outbox of an embedded channel.
private final class Holder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    var outbox: Outbox?

    func handlerAdded(context: ChannelHandlerContext) {
        outbox = Outbox(writesDirectly: false)
        outbox?.attach(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { outbox?.writabilityChanged(context) }
}

/// Sends the numbers 0, 1, 2 … as bytes (modulo 251), a few frames a turn.
private final class ManualSender: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let outbox: Outbox
    private let total: Int
    private var sent = 0
    private var random: Seeded

    init(writesDirectly: Bool, total: Int, seed: UInt64) {
        outbox = Outbox(writesDirectly: writesDirectly)
        self.total = total
        random = Seeded(state: seed)
    }

    func channelActive(context: ChannelHandlerContext) {
        outbox.attach(context)
        turn(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        outbox.detach()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        outbox.writabilityChanged(context)
    }

    private func turn(_ context: ChannelHandlerContext) {
        guard sent < total else { return }
        for _ in 0..<Int.random(in: 0...3, using: &random) where sent < total { outbox.add(nextFrame()) }
        if sent < total, Bool.random(using: &random) {
            outbox.send(nextFrame())
        } else {
            outbox.flush()
        }
        context.eventLoop.assumeIsolated().execute { self.turn(context) }
    }

    private func nextFrame() -> ByteBuffer {
        let size = min(total - sent, Int.random(in: 1...5_000, using: &random))
        defer { sent += size }
        return ByteBuffer(bytes: (sent..<sent + size).map { UInt8($0 % 251) })
    }
}

/// Checks each byte, and pauses reading now and then so that the socket fills.
private final class OrderedReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let total: Int
    private let done: EventLoopPromise<Int>
    private var received = 0
    private var random = Seeded(state: 5)

    init(total: Int, done: EventLoopPromise<Int>) {
        self.total = total
        self.done = done
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for byte in unwrapInboundIn(data).readableBytesView {
            guard byte == UInt8(received % 251) else { return done.fail(Disorder(place: received)) }
            received += 1
        }
        if received == total { done.succeed(received) }
        guard Int.random(in: 0..<8, using: &random) == 0 else { return }
        context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .milliseconds(5)) {
            channel.setOption(.autoRead, value: true).whenComplete { _ in }
        }
    }
}

private struct Disorder: Error {
    let place: Int
}

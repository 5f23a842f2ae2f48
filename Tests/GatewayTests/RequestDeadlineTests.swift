import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("HTTP: what waits behind a body, and who still sends behind the last answer") struct RequestDeadlineTests {
    private let line = HalfOpenLine()
    private let reader: BodyReader
    private let deadline: RequestDeadline
    private let channel: EmbeddedChannel

    init() throws {
        var times = RequestTimes()
        times.answer = .seconds(30)
        try self.init(times)
    }

    private init(_ times: RequestTimes) throws {
        deadline = RequestDeadline(times)
        reader = BodyReader(deadline)
        channel = EmbeddedChannel(handlers: [line, deadline, reader])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    @Test(arguments: [(false, 65_536), (true, 8 * 1024 * 1024)])
    func `so much of a body waits until it is taken, and no more`(hasBegun: Bool, kept: Int) throws {
        deadline.headArrived(
            HTTPRequestHead(version: .http1_1, method: .PUT, uri: "/", headers: ["Content-Length": "99999999"])
        )
        if hasBegun { deadline.releaseBody() }
        deadline.holdBody()
        let piece = ByteBuffer(repeating: 7, count: 65_535)
        for _ in 0..<200 { channel.pipeline.fireChannelRead(piece) }
        #expect(reader.bytes == 0)
        deadline.releaseBody()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(10))
        #expect(reader.bytes == kept)
    }

    @Test(arguments: [(30, 5), (5, 5), (2, 2)])
    func `whoever still sends has 5 s for the last answer, and no more than for any`(answer: Int, seconds: Int64) throws
    {
        var times = RequestTimes()
        times.answer = .seconds(answer)
        let other = try RequestDeadlineTests(times)
        let loop = other.channel.embeddedEventLoop
        loop.advanceTime(by: .seconds(3))
        other.deadline.answeredLast()
        other.deadline.linger()
        #expect(other.line.isOutputOver && other.channel.isActive)
        loop.advanceTime(by: .seconds(seconds) - .nanoseconds(1))
        other.channel.pipeline.fireChannelRead(ByteBuffer(repeating: 7, count: 1_000))
        #expect(other.channel.isActive)
        loop.advanceTime(by: .nanoseconds(1))
        #expect(!other.channel.isActive)
        #expect(other.reader.bytes == 0)
    }

    @Test func `whoever sends on and on behind the last answer is cut`() throws {
        deadline.answeredLast()
        deadline.linger()
        let piece = ByteBuffer(repeating: 7, count: 1024 * 1024)
        for _ in 0..<32 { channel.pipeline.fireChannelRead(piece) }
        #expect(channel.isActive)
        channel.pipeline.fireChannelRead(ByteBuffer(repeating: 7, count: 1))
        #expect(!channel.isActive)
    }

    @Test func `whoever says no more behind the last answer is waited for no longer`() throws {
        deadline.answeredLast()
        deadline.linger()
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!channel.isActive)
    }
}

/// A line of which one direction may end alone, as an embedded channel's does not.
private final class HalfOpenLine: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private(set) var isOutputOver = false

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        isOutputOver = true
        promise?.succeed()
    }
}

/// Takes bodies, and counts their bytes.
private final class BodyReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let deadline: RequestDeadline
    private(set) var bytes = 0

    init(_ deadline: RequestDeadline) {
        self.deadline = deadline
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        deadline.partArrived()
        bytes += unwrapInboundIn(data).readableBytes
    }
}

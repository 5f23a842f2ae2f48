import NIOCore
import NIOHTTP1

/// Ends HTTP connections that take too long or too much: silent ones, heads and bodies that drip in, and bytes that never
/// become a part of a request.
///
/// Hands on one request at a time: the next one waits as bytes, and nothing more is read, until the peer has taken the answer.
///
/// Stands in front of the HTTP decoder, where a request's first byte can be seen. Confined to the channel's event loop.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let times: RequestTimes

    /// Bytes that may come without a part of a request being read from them.
    ///
    /// The decoder counts names and values alone. What it skips, such as spaces before a value, it keeps until the value ends.
    private static let longestPart = 32 * 1024
    /// Bytes that wait behind a request.
    ///
    /// A read has fewer, but for what the kernel still has at the end of the stream: all of that comes at once.
    private static let longestWait = 64 * 1024
    /// The same for a body that somebody has begun to take, of which the kernel may still have much more.
    private static let longestBodyWait = 8 * 1024 * 1024

    private enum State {
        case idle, reading, answering
        /// The last answer is on its way, and what still comes is dropped, however long the peer takes to read it.
        case ending
    }

    /// How long an answer may be read by a peer that still sends.
    private static let lingering = Duration.seconds(5)
    /// Bytes that such a peer may still send.
    private static let longestDropped = 32 * 1024 * 1024

    private let noteTimeout: () -> Void
    private var state = State.idle
    private var deadline: NIODeadline {
        didSet { if let wakesAt, deadline < wakesAt { schedule() } }
    }
    private var timer: Scheduled<Void>?
    /// When the timer looks at the deadline; it may be long before, since a later deadline moves no timer.
    private var wakesAt: NIODeadline?
    private var context: ChannelHandlerContext?
    /// Bytes since the last part of a request.
    private var partBytes = 0
    private var cutter = RequestCutter()
    /// What waits for the answer to the request before it.
    private var waiting = ByteBuffer()
    private var isHandingOn = false
    private var isReadHeld = false
    /// Whether somebody has begun to take the body, and whether it waits for that.
    private var isBodyWanted = false
    private var isBodyHeld = false
    /// The peer has said that nothing more comes, or more has come than is kept: what waits is the last.
    private var isInputOver = false
    private var isInputClosed = false
    /// Nothing more is said, and the connection ends when the peer says no more either.
    private var isLingering = false
    /// Bytes that have come since.
    private var dropped = 0

    /// - Parameter noteTimeout: Told of each request that was answered 408.
    init(_ times: RequestTimes, noteTimeout: @escaping () -> Void = {}) {
        self.times = times
        self.noteTimeout = noteTimeout
        deadline = .distantFuture
    }

    /// Whether what could not be read is a request line beyond ``HTTPPipeline/longestTarget``.
    var isLineTooLong: Bool { cutter.lineBytes > HTTPPipeline.longestTarget }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = now + TimeAmount(times.head)
        schedule()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
        guard context.channel.isActive else { return }
        HTTPPipeline.leave(context.channel)
        if waiting.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(waiting)) }
        waiting = ByteBuffer()
        // Nothing else would ask again, or see the end of the stream.
        if isReadHeld { context.read() }
        guard isInputClosed else { return }
        let channel = context.channel
        context.eventLoop.execute { channel.close(promise: nil) }
    }

    // MARK: One request at a time

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if isLingering { dropped += bytes.readableBytes }
        // Whoever sends on and on does not read.
        guard dropped <= Self.longestDropped else { return context.close(promise: nil) }
        guard !isInputOver, state != .ending else { return }
        let longest = isBodyWanted ? Self.longestBodyWait : Self.longestWait
        if waiting.readableBytes + bytes.readableBytes > longest {
            isInputOver = true
            bytes = bytes.readSlice(length: longest - waiting.readableBytes) ?? bytes
        }
        if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeImmutableBuffer(bytes) }
        handOn()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
        isInputOver = true
        isInputClosed = true
        if isLingering { return context.close(promise: nil) }
        handOn()
        // Who takes long to answer may want to know.
        if state == .answering, waiting.readableBytes == 0 { context.fireUserInboundEventTriggered(event) }
    }

    func read(context: ChannelHandlerContext) {
        isReadHeld = true
        readOn()
    }

    private func handOn() {
        guard !isHandingOn else { return }
        isHandingOn = true
        defer {
            isHandingOn = false
            readOn()
        }
        var budget = TurnBudget(now: .now)
        while let context, context.channel.isActive, state == .idle || state == .reading, !isBodyHeld,
            waiting.readableBytes > 0
        {
            guard budget.allowsMore(now: .now) else { return handOnLater(TurnBudget.pause) }
            let piece = cutter.cut(&waiting)
            if state == .idle { begin() }
            partBytes += piece.readableBytes
            context.fireChannelRead(wrapInboundOut(piece))
            guard state == .reading, partBytes > Self.longestPart else { continue }
            answeredLast()
            context.fireErrorCaught(HTTPParserError.headerOverflow)
        }
    }

    private func handOnLater(_ pause: TimeAmount? = nil) {
        guard let eventLoop = context?.eventLoop.assumeIsolated() else { return }
        if let pause {
            eventLoop.scheduleTask(in: pause) { self.handOn() }
        } else {
            eventLoop.execute { self.handOn() }
        }
    }

    private func readOn() {
        guard let context, !isHandingOn, state != .answering, !isBodyHeld, waiting.readableBytes == 0 else { return }
        // The socket's buffer is given back.
        waiting = ByteBuffer()
        if isInputClosed, state != .ending {
            // In the middle of a request the decoder says what is missing.
            if state == .reading { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
            context.close(promise: nil)
        } else if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    /// A part of a request was read.
    func partArrived() { partBytes = 0 }

    // MARK: Times

    private var now: NIODeadline { context?.eventLoop.now ?? .now() }

    /// A request's first byte has come.
    private func begin() {
        state = .reading
        deadline = now + TimeAmount(times.head)
    }

    /// A head was read; its body, if any, has a little longer.
    func headArrived(_ head: HTTPRequestHead) {
        cutter.headArrived(head)
        state = .reading
        deadline = now + TimeAmount(times.request)
    }

    /// A body waits for who takes it, and nothing more of it is read.
    func holdBody() {
        isBodyHeld = true
        deadline = now + TimeAmount(times.answer)
    }

    /// More of the body is wanted: each piece has the time of a request.
    func releaseBody() {
        isBodyWanted = true
        deadline = now + TimeAmount(times.request)
        guard isBodyHeld else { return }
        isBodyHeld = false
        // Not from inside of what has asked for it.
        handOnLater()
    }

    /// A piece of a long answer has left: the next one has as long.
    func answerMoved() { deadline = now + TimeAmount(times.answer) }

    /// A request is complete: now it is the answer's turn.
    func requestArrived() {
        isBodyWanted = false
        isBodyHeld = false
        cutter.requestArrived()
        state = .answering
        deadline = now + TimeAmount(times.answer)
    }

    /// The peer has taken an answer, as far as anybody here can tell.
    func answered() {
        partBytes = 0
        state = .idle
        deadline = now + TimeAmount(times.idle)
        guard waiting.readableBytes > 0, !isHandingOn else { return readOn() }
        // Behind the flush that has brought this about.
        handOnLater()
    }

    /// The last answer was written: it has its time to leave, and nothing is answered behind it.
    func answeredLast() {
        waiting = ByteBuffer()
        isBodyHeld = false
        state = .ending
        deadline = now + TimeAmount(times.answer)
        readOn()
    }

    /// The last answer has left while the peer still sends: closed at once, the connection would be reset, and the answer lost.
    func linger() {
        guard let context else { return }
        guard !isInputClosed else { return context.close(promise: nil) }
        isLingering = true
        deadline = now + TimeAmount(min(times.answer, Self.lingering))
        context.close(mode: .output, promise: nil)
    }

    private func schedule() {
        guard let context else { return }
        timer?.cancel()
        wakesAt = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.fire() }
    }

    private func fire() {
        guard let context else { return }
        guard deadline <= now else { return schedule() }
        if state == .reading {
            let answer = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            noteTimeout()
        }
        context.close(promise: nil)
    }
}

import NIOCore
import NIOHTTP1

/// Ends HTTP connections that take too long or too much: silent ones, heads and bodies that drip in, and bytes that never
/// become a part of a request.
///
/// Reads no more while the peer does not take its answers.
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

    private enum State { case idle, reading, answering }

    private let noteTimeout: () -> Void
    private var state = State.idle
    private var deadline: NIODeadline {
        didSet { if let wakesAt, deadline < wakesAt { schedule() } }
    }
    private var timer: Scheduled<Void>?
    /// When the timer looks at the deadline; it may be long before, since a later deadline moves no timer.
    private var wakesAt: NIODeadline?
    private var isReadHeld = false
    private var context: ChannelHandlerContext?
    /// Bytes since the last part of a request.
    private var partBytes = 0
    /// The peer has sent too much, and what it still sends is dropped.
    private var isOver = false
    /// Bytes of the request line that is being read; nil behind its end.
    private var lineBytes: Int? = 0

    /// - Parameter noteTimeout: Told of each request that was answered 408.
    init(_ times: RequestTimes, noteTimeout: @escaping () -> Void = {}) {
        self.times = times
        self.noteTimeout = noteTimeout
        deadline = .now() + TimeAmount(times.head)
    }

    /// Whether what could not be read is a request line beyond ``HTTPPipeline/longestTarget``.
    var isLineTooLong: Bool { lineBytes ?? 0 > HTTPPipeline.longestTarget }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
        // Nothing else would ask again.
        if isReadHeld { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        if case .idle = state {
            state = .reading
            deadline = .now() + TimeAmount(times.head)
        }
        if let lineBytes, !isLineTooLong {
            let view = unwrapInboundIn(data).readableBytesView
            let end = view.firstIndex(of: UInt8(ascii: "\n"))
            let length = lineBytes + view.distance(from: view.startIndex, to: end ?? view.endIndex)
            self.lineBytes = end == nil || length > HTTPPipeline.longestTarget ? length : nil
        }
        partBytes += unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        // While an answer is due the parts wait behind it, and nothing more is read.
        guard state == .reading, partBytes > Self.longestPart else { return }
        isOver = true
        context.fireErrorCaught(HTTPParserError.headerOverflow)
    }

    /// A part of a request was read.
    func partArrived() { partBytes = 0 }

    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReadHeld, context.channel.isWritable {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    /// A head was read; its body, if any, has a little longer.
    func headArrived() {
        state = .reading
        deadline = .now() + TimeAmount(times.request)
    }

    /// A request is complete: now it is the answer's turn.
    func requestArrived() {
        state = .answering
        deadline = .now() + TimeAmount(times.answer)
    }

    /// An answer was written.
    func answered() {
        partBytes = 0
        state = .idle
        lineBytes = 0
        deadline = .now() + TimeAmount(times.idle)
    }

    /// The last answer was written: it has its time to leave, and nothing is answered behind it.
    func answeredLast() {
        state = .answering
        deadline = .now() + TimeAmount(times.answer)
    }

    private func schedule() {
        guard let context else { return }
        timer?.cancel()
        wakesAt = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.fire() }
    }

    private func fire() {
        guard let context else { return }
        guard deadline <= .now() else { return schedule() }
        if state == .reading {
            let answer = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            noteTimeout()
        }
        context.close(promise: nil)
    }
}

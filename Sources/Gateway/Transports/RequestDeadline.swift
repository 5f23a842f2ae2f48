import NIOCore

/// Ends HTTP connections that take too long: silent ones, and heads and bodies that drip in.
///
/// Reads no more while the peer does not take its answers.
///
/// Stands in front of the HTTP decoder, where a request's first byte can be seen. Confined to the channel's event loop.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// From a request's first byte to the end of its head; also for a new connection that says nothing.
    private static let head = TimeAmount.seconds(10)
    /// For a whole request with a body.
    private static let request = TimeAmount.seconds(20)
    /// For an answer, from the end of the request until it was written.
    private static let answer = TimeAmount.seconds(30)
    /// Between requests: longer than the 60 s of usual proxies.
    private static let idle = TimeAmount.seconds(75)

    private enum State { case idle, reading, answering }

    private var state = State.idle
    private var deadline: NIODeadline = .now() + RequestDeadline.head
    private var timer: Scheduled<Void>?
    private var isReadHeld = false
    private var context: ChannelHandlerContext?

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
        if case .idle = state {
            state = .reading
            deadline = .now() + Self.head
        }
        context.fireChannelRead(data)
    }

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
        deadline = .now() + Self.request
    }

    /// A request is complete: now it is the answer's turn.
    func requestArrived() {
        state = .answering
        deadline = .now() + Self.answer
    }

    /// An answer was written.
    func answered() {
        state = .idle
        deadline = .now() + Self.idle
    }

    private func schedule() {
        guard let context else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: max(deadline, .now() + .seconds(1))) {
            self.fire()
        }
    }

    private func fire() {
        guard let context else { return }
        guard deadline <= .now() else { return schedule() }
        if state == .reading {
            let answer = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
        context.close(promise: nil)
    }
}

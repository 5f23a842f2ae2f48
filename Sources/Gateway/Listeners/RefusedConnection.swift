import NIOCore

/// Tells a connection for which there is no room that it should come back, and ends it.
///
/// What the peer has sent is read and dropped for a moment: closed at once, it would get a reset in place of the answer.
/// Confined to the channel's event loop.
final class RefusedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let patience = TimeAmount.milliseconds(500)
    private static let answer = ByteBuffer(
        string: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    )

    private let admission: Admission
    private var isTold = false

    init(_ admission: Admission) {
        self.admission = admission
    }

    func channelActive(context: ChannelHandlerContext) {
        guard admission.mayTell() else { return context.close(promise: nil) }
        isTold = true
        context.writeAndFlush(wrapOutboundOut(Self.answer), promise: nil)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelInactive(context: ChannelHandlerContext) {
        if isTold { admission.told() }
        isTold = false
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

import NIOCore
import NIOPosix
import WebSocketWire

/// One connection in the client role that sends every message back.
///
/// Stands on the handshake and the machine of the SDK's client. Confined to its channel's event loop.
final class EchoConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Every text and binary message, however small, so that the suite sees as much as possible of it.
    private static let deflater = Deflater(threshold: 0)
    private static let inflater = Inflater()
    /// The suite sends messages of 16 MiB, and such of many fragments.
    private static let limits: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.textBytes = 32 * 1024 * 1024
        limits.binaryBytes = limits.textBytes
        limits.messageBytes = limits.textBytes
        limits.fragments = 200_000
        return limits
    }()

    private enum Phase {
        case shakingHands(ClientHandshake)
        case open(WebSocketMachine)
        case ended
    }

    struct Refused: Error {
        var status: Int
        var reason: String
    }

    private var phase: Phase
    /// What was agreed upon about compression.
    private var deflate: DeflateAgreement?
    /// The last text that came.
    private var text: String?
    private let ended: EventLoopPromise<String?>

    private init(_ handshake: ClientHandshake, ended: EventLoopPromise<String?>) {
        phase = .shakingHands(handshake)
        self.ended = ended
    }

    /// Connects, echoes until the connection is gone, and returns the last text that came.
    static func run(port: Int, path: String) async throws -> String? {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let handshake = try ClientHandshake(host: "127.0.0.1:\(port)", path: path, offersDeflate: true)
        let ended = loop.makePromise(of: String?.self)
        let connecting = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EchoConnection(handshake, ended: ended))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connecting.whenFailure { error in ended.fail(error) }
        return try await ended.futureResult.get()
    }

    func channelActive(context: ChannelHandlerContext) {
        guard case .shakingHands(let handshake) = phase else { return }
        write(handshake.request, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .shakingHands(var handshake):
            switch handshake.receive(bytes) {
            case .needMore: phase = .shakingHands(handshake)
            case .upgraded(_, let leftOver):
                deflate = handshake.deflate
                var machine = WebSocketMachine(role: .client, limits: Self.limits, now: .now)
                if deflate != nil { machine.inflater = Self.inflater }
                phase = .open(machine)
                receive(leftOver, context)
            case .refused(let status, let reason):
                ended.fail(Refused(status: status, reason: reason))
                end(context)
            }
        case .open: receive(bytes, context)
        case .ended: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended.succeed(text)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func receive(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .open(var machine) = phase else { return }
        machine.receive(bytes, now: .now)
        while let action = machine.nextAction() {
            switch action {
            case .message(let kind, let payload):
                if kind == .text { text = String(buffer: payload) }
                let windowBits = deflate?.clientWindowBits ?? 0
                write(machine.encode(kind, payload, by: Self.deflater, windowBits: windowBits), context)
            case .send(let frame): write(frame, context)
            case .discarded, .pong: break
            case .closed: return end(context)
            case .fail(_, _, let frame):
                write(frame, context)
                return end(context)
            }
        }
        phase = .open(machine)
    }

    private func end(_ context: ChannelHandlerContext) {
        phase = .ended
        context.close(promise: nil)
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}

import NIOCore
import NIOPosix
import WebSocketWire

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Moves an accepted WebSocket to another event loop: a channel cannot go there, its descriptor can.
///
/// So that all of a session is confined to one loop, whichever one its WebSocket happened to be accepted on. The descriptor is
/// duplicated and the old channel closed, which ends the old descriptor and not the connection; then a new channel takes the
/// duplicate. Nothing is read meanwhile, and what was read before goes along.
extension HTTPConnection {
    /// - Parameter make: What the WebSocket is to be carried by, asked for on the new loop.
    func move(
        _ offer: ServerHandshake.Offer,
        to place: LoopReaders,
        _ context: ChannelHandlerContext,
        make: @escaping @Sendable (LoopReaders, ConnectionPass) -> WebSocketTransport
    ) {
        let channel = context.channel
        let gateway = gateway
        let rest = UnreadBytes()
        do {
            try channel.syncOptions?.setOption(.autoRead, value: false)
            try channel.pipeline.syncOperations.addHandler(rest, position: .after(self))
        } catch {
            return context.close(promise: nil)
        }
        let accepted = context.eventLoop.makePromise(of: Void.self)
        accept(offer, subprotocol: nil, context, promise: accepted)
        let bound = NIOLoopBound((self, context, rest), eventLoop: context.eventLoop)
        accepted.futureResult
            .flatMap { _ -> EventLoopFuture<Void> in
                let (connection, context, _) = bound.value
                return connection.endHTTP(context)
            }
            .assumeIsolated()
            .whenComplete { result in
                guard case .success = result, let descriptor = Self.duplicate(channel) else {
                    return channel.close(promise: nil)
                }
                let move = Move(
                    descriptor: descriptor,
                    peer: channel.remoteAddress,
                    rest: bound.value.2.bytes,
                    gateway: gateway,
                    place: place,
                    make: make
                )
                channel.close().whenComplete { _ in move.arrive() }
            }
    }

    /// Nil where the channel is closed, or there is no descriptor left.
    private static func duplicate(_ channel: any Channel) -> CInt? {
        let descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { fcntl($0, F_DUPFD_CLOEXEC, 0) }
        guard let descriptor, descriptor >= 0 else { return nil }
        return descriptor
    }
}

/// A connection between two event loops.
private struct Move: Sendable {
    let descriptor: CInt
    let peer: SocketAddress?
    /// What was read and belongs to the WebSocket.
    let rest: ByteBuffer
    let gateway: GatewayCore
    let place: LoopReaders
    let make: @Sendable (LoopReaders, ConnectionPass) -> WebSocketTransport

    private struct Refused: Error {}

    /// Opens the channel of the new loop, which owns the descriptor from then on.
    func arrive() {
        ClientBootstrap(group: place.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.recvAllocator, value: HTTPPipeline.frameReads)
            .channelOption(.writeBufferWaterMark, value: Listeners.waterMark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(carrier(channel))
                }
            }
            .withConnectedSocket(descriptor)
            .whenSuccess { channel in
                channel.eventLoop.execute { begin(channel) }
            }
    }

    private func carrier(_ channel: any Channel) throws -> WebSocketTransport {
        guard let pass = gateway.admission.enter(peer) else { throw Refused() }
        channel.closeFuture.assumeIsolated().whenComplete { _ in pass.leave() }
        return make(place, pass)
    }

    private func begin(_ channel: any Channel) {
        guard let transport = try? channel.pipeline.syncOperations.handler(type: WebSocketTransport.self) else {
            return channel.close(promise: nil)
        }
        transport.start(with: rest)
        // It fails on a channel that is closed, where nothing is read any more.
        try? channel.syncOptions?.setOption(.autoRead, value: transport.isReadingWanted)
    }
}

/// Keeps what a decoder hands on when it leaves.
private final class UnreadBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var bytes = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
    }
}

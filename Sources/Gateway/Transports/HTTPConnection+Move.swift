import Logging
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
        deflate: DeflateAgreement?,
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
        accept(offer, subprotocol: nil, deflate: deflate, context, promise: accepted)
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
                let peer = channel.remoteAddress
                let move = SocketMove(descriptor: descriptor, rest: bound.value.2.bytes, eventLoop: place.eventLoop) {
                    guard let pass = gateway.admission.enter(peer) else { throw SocketMove.Refused() }
                    $0.closeFuture.assumeIsolated().whenComplete { _ in pass.leave() }
                    return make(place, pass)
                }
                channel.close().whenComplete { _ in move.arrive().whenFailure { place.noteLostMove($0) } }
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

/// Keeps what a decoder hands on when it leaves.
private final class UnreadBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var bytes = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
    }
}

extension LoopReaders {
    /// A WebSocket did not get here; its session has not heard of it, and goes on polling.
    fileprivate func noteLostMove(_ error: any Error) {
        metrics.connected(.admission)
        log.note(.connectRefused, ["reason": error is SocketMove.Refused ? "sockets" : "move"])
    }
}

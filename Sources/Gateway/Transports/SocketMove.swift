import NIOCore
import NIOPosix
import WebSocketWire

/// An accepted WebSocket between two event loops.
struct SocketMove: Sendable {
    let descriptor: CInt
    /// What was read and belongs to the WebSocket.
    let rest: ByteBuffer
    /// Where it goes.
    let eventLoop: any EventLoop
    /// What the WebSocket is to be carried by, asked for on the new loop.
    let makeCarrier: @Sendable (any Channel) throws -> WebSocketTransport

    /// The node has no room for it.
    struct Refused: Error {}

    /// Opens the channel of the new loop, which owns the descriptor from then on; where there is none, the descriptor is closed.
    ///
    /// - Returns: A future of ``eventLoop``, which fails where the connection ended on its way.
    func arrive() -> EventLoopFuture<Void> {
        // NIO closes the descriptor itself where it fails, whether before or after there is a channel.
        ClientBootstrap(group: eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.recvAllocator, value: ReadSizes(largest: HTTPPipeline.longestFrameRead, isNew: true))
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.writeBufferWaterMark, value: Listeners.waterMark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(makeCarrier(channel))
                }
            }
            .withConnectedSocket(descriptor)
            .map { channel in
                channel.eventLoop.execute { begin(channel) }
            }
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

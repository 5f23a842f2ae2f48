import NIOCore
import NIOHTTP1

/// The handlers of a connection while it speaks HTTP, by name, and their limits.
enum HTTPPipeline {
    /// Bytes of a request's target.
    static let longestTarget = 8 * 1024

    private static let longestRequestRead: Int32 = 16 * 1024
    static let longestFrameRead: Int32 = 64 * 1024

    static let deadline = "caas.deadline"
    static let encoder = "caas.http.encoder"
    static let decoder = "caas.http.decoder"
    static let pipelining = "caas.http.pipelining"

    /// Builds the pipeline of a new connection.
    static func configure(_ channel: any Channel, gateway: GatewayCore, loop: LoopReaders, pass: ConnectionPass) throws
    {
        // NIO's own defaults are far wider: 2 MB of header block and 256 fields.
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 16 * 1024
        limits.maxHeaderFieldCount = 100
        // What was read waits here while a request is answered: one small buffer of it.
        try channel.syncOptions?.setOption(.recvAllocator, value: ReadSizes(largest: longestRequestRead, isNew: true))
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        // A client may end its side with the request, and still gets its answer.
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        let pipeline = channel.pipeline.syncOperations
        let deadline = RequestDeadline(gateway.settings.requestTimes) { loop.refused(.requestTimeout) }
        try pipeline.addHandler(deadline, name: Self.deadline)
        try pipeline.addHandler(HTTPResponseEncoder(), name: encoder)
        try pipeline.addHandler(
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
            ),
            name: decoder
        )
        try pipeline.addHandler(HTTPServerPipelineHandler(), name: pipelining)
        try pipeline.addHandler(HTTPConnection(gateway: gateway, loop: loop, deadline: deadline, pass: pass))
    }

    /// The connection speaks HTTP no more: frames are read in larger pieces, and the end of the stream ends them.
    static func leave(_ channel: any Channel) {
        // They fail on a channel that is closed, where nothing is read any more.
        try? channel.syncOptions?.setOption(.recvAllocator, value: ReadSizes(largest: longestFrameRead, isNew: false))
        try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
    }
}

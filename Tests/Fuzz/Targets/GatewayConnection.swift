import CAASProtocol
import Chat
import Gateway
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization

/// One connection to a gateway, on an embedded channel, with everything that came of it.
///
/// Nobody can sign in there: a token is refused at once, so that nothing waits for another thread.
final class GatewayConnection {
    /// What the responder answers every request with; nothing else in the gateway does.
    static let responderStatus = 207
    static let bodyBytes = 1_024

    private static let local = gateway(isPublic: false)
    private static let open = gateway(isPublic: true)

    private let loop = EmbeddedEventLoop()
    private let channel: EmbeddedChannel
    private let requests = Requests()
    private let outbound: OutboundBytes

    /// - Parameter isStuck: Whether the peer takes nothing, so that no write is ever done.
    init(isPublic: Bool, isStuck: Bool) throws(Broken) {
        channel = EmbeddedChannel(loop: loop)
        outbound = OutboundBytes(isStuck: isStuck)
        do {
            try (isPublic ? Self.open : Self.local).serve(channel)
            try channel.pipeline.syncOperations.addHandler(outbound, position: .first)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        } catch {
            throw Broken("the pipeline cannot be built: \(error)")
        }
    }

    /// Takes bytes as one read of a socket.
    func receive(_ bytes: [UInt8]) {
        guard channel.isActive else { return }
        Requests.$current.withValue(requests) {
            channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
            channel.pipeline.fireChannelReadComplete()
            loop.run()
        }
    }

    /// Ends the connection from the other side.
    func finish() throws(Broken) -> GatewayTranscript {
        let isClosed = !channel.isActive
        // What is written from here on, such as an answer to a request that was cut off, nobody would get.
        let sent = outbound.bytes
        do {
            outbound.fail()
            _ = try channel.finish(acceptAlreadyClosed: true)
        } catch {
            throw Broken("an error that nobody took: \(error)")
        }
        return try GatewayTranscript(requests: requests.taken, outbound: sent, isClosed: isClosed)
    }

    private static func gateway(isPublic: Bool) -> Gateway {
        var settings = GatewaySettings()
        settings.environment = isPublic ? .production : .development
        settings.publicHosts = ["chat.example"]
        settings.servesSuites = true
        settings.countsRates = false
        settings.bodyBytes = bodyBytes
        guard let acme = TenantID("acme") else { preconditionFailure("letters are an id") }
        let origins = ["https://app.example"]
        return Gateway(
            group: EmbeddedEventLoop(),
            storage: InMemoryStorage(),
            chatSettings: ChatSettings(),
            settings: settings,
            tenants: [TenantSettings(id: acme, secret: Array(repeating: 7, count: 32), allowedOrigins: origins)],
            authority: NobodyIsKnown(),
            responder: Requests.Responder(),
            logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: { 1 }
        )
    }
}

/// What reached the responder on one connection.
final class Requests: Sendable {
    /// The connection's that is being served.
    @TaskLocal static var current: Requests?

    struct Request: Hashable {
        var method: String
        var path: String
        var hosts: [String]
        var fieldCount: Int
        var bodyBytes: Int
    }

    private let list = Mutex<[Request]>([])

    var taken: [Request] { list.withLock { $0 } }

    struct Responder: PlainResponder {
        func respond(to request: PlainRequest) async throws -> PlainResponse {
            PlainResponse(status: .internalServerError)
        }

        func respond(to request: PlainRequest, on eventLoop: any EventLoop) -> EventLoopFuture<PlainResponse> {
            let taken = Request(
                method: request.head.method.rawValue,
                path: String(request.head.uri.prefix { $0 != "?" }),
                hosts: request.head.headers["Host"],
                fieldCount: request.head.headers.count,
                bodyBytes: request.body.readableBytes
            )
            Requests.current?.list.withLock { $0.append(taken) }
            let body = ByteBuffer(string: "answer \(request.body.readableBytes)\n")
            return eventLoop.makeSucceededFuture(PlainResponse(status: .multiStatus, body: body))
        }
    }
}

/// Refuses every token.
private struct NobodyIsKnown: TokenVerifier {
    func verify(_ token: String, now: Int64) async -> Result<VerifiedToken, SpecError> {
        .failure(SpecError(.authInvalid))
    }

    func verify(
        _ token: String,
        now: Int64,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Result<VerifiedToken, SpecError>> {
        eventLoop.makeSucceededFuture(.failure(SpecError(.authInvalid)))
    }
}

/// Keeps a copy of what leaves the pipeline, at its front.
private final class OutboundBytes: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private(set) var bytes: [UInt8] = []
    private let isStuck: Bool
    private var pending: [EventLoopPromise<Void>] = []

    init(isStuck: Bool) { self.isStuck = isStuck }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // A socket that is closed takes nothing either.
        if context.channel.isActive, case .byteBuffer(let written) = unwrapOutboundIn(data) {
            bytes += written.readableBytesView
        }
        guard isStuck, let promise else { return context.write(data, promise: promise) }
        pending.append(promise)
        context.write(data, promise: nil)
    }

    /// What was not done will not be done.
    func fail() {
        for promise in pending { promise.fail(ChannelError.ioOnClosedChannel) }
        pending = []
    }
}

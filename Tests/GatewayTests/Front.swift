import CAASProtocol
import Chat
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// One connection as it begins, on an embedded channel; requests wait until the test lets them be answered.
final class Front {
    let channel = EmbeddedChannel()
    private let line = Line()
    private let responder: SlowResponder

    init(_ settings: GatewaySettings = GatewaySettings()) async throws {
        let loop = LoopReaders(eventLoop: channel.eventLoop, number: 0)
        let tenant = TenantSettings(id: try #require(TenantID("acme")), secret: Array(repeating: 7, count: 32))
        responder = SlowResponder(channel.eventLoop)
        let service = ServiceContext(
            chat: ChatQueue(
                storage: InMemoryStorage(),
                settings: ChatSettings(),
                sink: FanOut(loops: [loop], clock: { 1 }),
                clock: { 1 }
            ),
            loops: [loop],
            authority: try await TokenAuthority(tenants: [tenant], lifetime: .seconds(86_400)),
            origins: OriginPolicy(settings: settings, tenants: [tenant]),
            settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            report: { _, _ in },
            clock: { 1 }
        )
        try Listeners.accept(channel, core: GatewayCore(service: service, responder: responder), loop: loop)
        try channel.pipeline.syncOperations.addHandler(line, position: .first)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    /// Whether the peer takes what it is sent; what it has not taken it takes when it reads again.
    var isRead: Bool {
        get { line.isRead }
        set { line.isRead = newValue }
    }

    /// Whether no request waits.
    var answersAtOnce: Bool {
        get { responder.value.answersAtOnce }
        set { responder.value.answersAtOnce = newValue }
    }

    /// Paths of the requests that were handed on so far.
    var requests: [String] { responder.value.paths }

    /// A request's head without a body.
    static func head(_ path: String, _ fields: String...) -> String {
        (["GET \(path) HTTP/1.1", "Host: localhost"] + fields + ["", ""]).joined(separator: "\r\n")
    }

    /// Takes bytes as one read of a socket.
    func receive(_ text: String) { receive(Array(text.utf8)) }

    func receive(_ bytes: [UInt8]) {
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    /// The peer ends its side.
    func endInput() {
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        channel.embeddedEventLoop.run()
    }

    /// Answers the oldest request that waits.
    func answer() throws {
        let promise = try #require(responder.value.waiting.first)
        responder.value.waiting.removeFirst()
        promise.succeed(SlowResponder.answer)
        channel.embeddedEventLoop.run()
    }

    /// The statuses that were sent since the last call.
    func statuses() throws -> [String] {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
    }
}

/// Keeps requests until they are answered.
private struct SlowResponder: PlainResponder {
    final class Requests {
        var answersAtOnce = false
        var paths: [String] = []
        var waiting: [EventLoopPromise<PlainResponse>] = []
    }

    static let answer = PlainResponse(status: .ok, body: ByteBuffer(string: "ok\n"))

    private let requests: NIOLoopBound<Requests>

    init(_ eventLoop: any EventLoop) { requests = NIOLoopBound(Requests(), eventLoop: eventLoop) }

    var value: Requests { requests.value }

    func respond(to request: PlainRequest) async throws -> PlainResponse { PlainResponse(status: .internalServerError) }

    func respond(to request: PlainRequest, on eventLoop: any EventLoop) -> EventLoopFuture<PlainResponse> {
        value.paths.append(request.head.uri)
        guard !value.answersAtOnce else { return eventLoop.makeSucceededFuture(Self.answer) }
        let promise = eventLoop.makePromise(of: PlainResponse.self)
        value.waiting.append(promise)
        return promise.futureResult
    }
}

/// The network, which can hold what is written.
private final class Line: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var held: [EventLoopPromise<Void>] = []

    var isRead = true {
        didSet {
            guard isRead else { return }
            let held = held
            self.held = []
            for promise in held { promise.succeed() }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // A socket that is closed takes nothing.
        guard context.channel.isActive else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        guard !isRead, let promise else { return context.write(data, promise: promise) }
        held.append(promise)
        context.write(data, promise: nil)
    }
}

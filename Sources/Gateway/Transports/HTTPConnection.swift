import Logging
import NIOCore
import NIOHTTP1
import WebSocketWire

/// One HTTP/1 connection: decides for each of its requests who answers it.
///
/// `GET /v1/socket` becomes a WebSocket; everything else goes to the responder. Confined to the channel's event loop.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    let gateway: GatewayCore
    let loop: LoopReaders
    let deadline: RequestDeadline
    let pass: ConnectionPass
    private var current: (head: HTTPRequestHead, body: ByteBuffer)?
    /// Pieces in which the current body came.
    private var bodyParts = 0
    /// The current body, where the responder takes it as it comes.
    private(set) var incoming: IncomingBody?
    /// Whether the answer came before all of a request.
    private var isBodyLeft = false
    /// Whether an answer leaves as it is read.
    var isSending = false
    /// Bytes that the current body may have.
    private var longestBody = 0
    /// The last answer was written: what still comes is dropped, however long the peer takes to read it.
    private var isDropping = false
    var isAnswering = false
    private(set) var isQuiescing = false
    /// The request of polling that is being answered.
    private var polling: (exchange: PollingExchange, cut: () -> Void)?
    /// The POST of polling whose body is coming.
    var coming: ComingPost?
    /// Whether the last request was one of polling, whose session goes on.
    private var isPollingOn = false
    private(set) var context: ChannelHandlerContext?

    init(gateway: GatewayCore, loop: LoopReaders, deadline: RequestDeadline, pass: ConnectionPass) {
        self.gateway = gateway
        self.loop = loop
        self.deadline = deadline
        self.pass = pass
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        deadline.partArrived()
        guard !isDropping else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            deadline.headArrived(head)
            begin(head, context)
        case .body(let bytes):
            guard let incoming else { return collect(bytes, context) }
            incoming.receive(bytes)
        case .end:
            if let body = incoming {
                incoming = nil
                deadline.requestArrived()
                return body.finish()
            }
            guard let (head, body) = current else { return }
            current = nil
            deadline.requestArrived()
            answer(head, body, context)
        }
    }

    /// A client that is gone holds no request of polling.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { polling?.cut() }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        polling?.cut()
        coming?.cut()
        coming = nil
        incoming?.fail()
        self.context = nil
        loop.remove(self)
    }

    /// Ends the connection, after the answer that is due if there is one.
    func quiesce() {
        let isFirst = !isQuiescing
        isQuiescing = true
        guard !isAnswering, let context else { return }
        guard isPollingOn || (isFirst && coming != nil) else { return context.close(promise: nil) }
        isPollingOn = false
        quiesceSoon(context)
    }

    /// What the decoder cannot read is answered once; the decoder itself closes the connection then.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The last answer is on its way, and ends the connection when it has left.
        guard !isDropping else { return }
        // On a connection that has ended it is the end that cannot be read.
        if let error = error as? HTTPParserError, !isAnswering, context.channel.isActive {
            let status: HTTPResponseStatus =
                switch error {
                case .headerOverflow: deadline.isLineTooLong ? .uriTooLong : .requestHeaderFieldsTooLarge
                default: .badRequest
                }
            loop.refused(status)
            coming?.cut()
            coming = nil
            isBodyLeft = true
            let unread = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            return write(PlainResponse(status: status), for: unread, closes: true, context)
        }
        context.close(promise: nil)
    }

    // MARK: Requests

    private func begin(_ received: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var head = received
        let refusal: PlainResponse? =
            switch gateway.origins.check(hosts: head.headers["Host"], origins: head.headers["Origin"]) {
            // The origin may ask, and so may read why it gets nothing.
            case .allowed: RequestRules.refusal(of: &head).map { allowing(.plain($0), head) }
            case .badRequest: .plain(.badRequest)
            case .misdirected: .plain(.misdirectedRequest)
            case .forbidden: .plain(.forbidden)
            }
        if let refusal { return refuse(refusal, head, context) }
        if gateway.responder.takesStream(head) {
            let body = stream(head, context)
            incoming = body
            return respond(to: head, ByteBuffer(), body, context)
        }
        if head.version == .http1_1, head.headers["Expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))),
                promise: nil
            )
        }
        current = (head, ByteBuffer())
        bodyParts = 0
        let engine = gateway.engine(at: head.uri.prefix { $0 != "?" })
        longestBody = engine?.longestBody(of: head) ?? gateway.settings.bodyBytes
        if let engine { announce(head, to: engine, context) }
    }

    private func collect(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isDropping, let head = current?.head, let size = current?.body.readableBytes else { return }
        bodyParts += 1
        // Chunks of a few bytes cost a hundred times what they carry.
        guard bodyParts <= 1_000 + size / 64 else {
            return refuse(allowing(.plain(.badRequest, "too many chunks"), head), head, context)
        }
        guard size + bytes.readableBytes <= longestBody else {
            // Engine.IO's refusal has no body (wire §5).
            let isPolling = gateway.engine(at: head.uri.prefix { $0 != "?" }) != nil
            let refusal = isPolling ? PlainResponse(status: .payloadTooLarge) : .tooLarge(limit: longestBody)
            return refuse(allowing(refusal, head), head, context)
        }
        guard pass.takeBody(bytes.readableBytes) else {
            return refuse(allowing(.plain(.serviceUnavailable, retryAfter: 1), head), head, context)
        }
        // Nobody else holds the body here, so that it grows where it is and is not copied.
        current?.body.writeImmutableBuffer(bytes)
    }

    /// Answers what nobody else is to see, and drops what follows.
    private func refuse(_ response: PlainResponse, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        current = nil
        coming?.abandon()
        coming = nil
        isDropping = true
        isBodyLeft = true
        loop.refused(response.status)
        write(response, for: head, closes: true, context)
    }

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        let path = head.uri.prefix { $0 != "?" }
        if gateway.hasSockets, path == "/v1/socket" || (path == "/v1/echo" && gateway.settings.servesSuites) {
            return upgrade(head, echo: path == "/v1/echo", context)
        }
        if let engine = gateway.engine(at: path) { return answer(head, body, by: engine, context) }
        respond(to: head, body, nil, context)
    }

    private func respond(
        to head: HTTPRequestHead,
        _ body: ByteBuffer,
        _ stream: IncomingBody?,
        _ context: ChannelHandlerContext
    ) {
        isAnswering = true
        let logger = gateway.logger
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let request = PlainRequest(
            head: head,
            body: body,
            stream: stream,
            peer: client(of: head).flatMap { SocketAddress($0) },
            // The answer comes to the loop after this, and so knows it.
            authenticated: { [loop = context.eventLoop] in loop.execute { bound.value.0.pass.authenticate() } }
        )
        gateway.responder.respond(to: request, on: context.eventLoop).assumeIsolated().whenComplete { result in
            let response: PlainResponse
            do {
                response = try result.get()
            } catch {
                logger.event(.httpRequestFailed, ["error": "\(type(of: error))"])
                response = .plain(.internalServerError)
            }
            let (connection, context) = bound.value
            connection.isAnswering = false
            // What is left of a body that nobody takes is dropped, and the connection with it.
            connection.isBodyLeft = connection.incoming != nil
            connection.incoming = nil
            let closes = connection.isQuiescing || connection.isBodyLeft
            connection.write(response, for: head, closes: closes, context)
        }
    }

    /// Waits for the session that a request of polling was handed to.
    func answer(
        _ head: HTTPRequestHead,
        with exchange: PollingExchange,
        _ context: ChannelHandlerContext,
        cut: @escaping () -> Void
    ) {
        isAnswering = true
        polling = (exchange, cut)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        exchange.answer.assumeIsolated().whenSuccess { answer in
            let (connection, context) = bound.value
            connection.isAnswering = false
            connection.polling = nil
            guard connection.context != nil else { return }
            if answer.isAuthenticated { connection.pass.authenticate() }
            let gzipper = connection.loop.compression.gzipper
            let body = answer.isCompressible ? Gzip.encode(answer.response, for: head, by: gzipper) : answer.response
            let response = PollingHeaders.allow(body, for: head)
            connection.isPollingOn = !answer.isLast
            connection.write(response, for: head, closes: connection.isQuiescing && answer.isLast, context)
            if connection.isQuiescing, !answer.isLast { connection.quiesce() }
        }
    }

    /// A client that polls gets the end of its session by the connection that it has: it gets no other.
    private func quiesceSoon(_ context: ChannelHandlerContext) {
        let patience = TimeAmount(EngineIOSession.drainPatience)
        context.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] in self?.quiesce() }
    }

    /// Writes a whole response.
    ///
    /// After a request that asked for an upgrade the decoder reads no more, so that ends here too.
    func write(
        _ response: PlainResponse,
        for head: HTTPRequestHead,
        closes: Bool,
        _ context: ChannelHandlerContext
    ) {
        let asksForUpgrade = head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
        let keepsAlive = head.isKeepAlive && !closes && !asksForUpgrade && !pass.isCrowded
        var answer = HTTPResponseHead(version: head.version, status: response.status, headers: response.headers)
        if response.status != .notModified, response.status != .noContent {
            let bytes = response.source?.bytes ?? Int64(response.body.readableBytes)
            answer.headers.replaceOrAdd(name: "Content-Length", value: "\(bytes)")
        }
        answer.headers.replaceOrAdd(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if let source = response.source, head.method != .HEAD {
            return send(source, keepsAlive: keepsAlive, context)
        }
        if head.method != .HEAD, response.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        finish(keepsAlive: keepsAlive, context)
    }

    func finish(keepsAlive: Bool, _ context: ChannelHandlerContext) {
        pass.giveBackBody()
        let done = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
        if keepsAlive {
            // A client that does not read its answers gets no more of them: the next request waits.
            return done.futureResult.assumeIsolated().whenComplete { [deadline] _ in deadline.answered() }
        }
        deadline.answeredLast()
        isDropping = true
        let channel = context.channel
        done.futureResult.assumeIsolated().whenComplete { [deadline, isBodyLeft] _ in
            isBodyLeft ? deadline.linger() : channel.close(promise: nil)
        }
    }
}

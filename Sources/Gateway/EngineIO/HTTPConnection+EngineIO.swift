import EngineIOWire
import Logging
import NIOCore
import NIOHTTP1

/// Requests of Engine.IO (wire §5): polling, and WebSockets that carry a session from its beginning or take it over.
extension HTTPConnection {
    func answer(
        _ head: HTTPRequestHead,
        _ body: ByteBuffer,
        by engine: EngineIOService,
        _ context: ChannelHandlerContext
    ) {
        guard head.method != .OPTIONS else {
            return write(PollingHeaders.preflight(head), for: head, closes: false, context)
        }
        if let coming { return forward(coming, head, body, context) }
        let (request, decision, session) = engine.judge(head)
        switch decision {
        case .handshake(.polling): open(head, request, engine, context)
        case .handshake(.websocket): openSocket(head, request, engine, context)
        case .poll:
            guard let session else { return }
            let exchange = PollingExchange(on: context.eventLoop)
            answer(head, with: exchange, context) { engine.cut(exchange, of: session.id) }
            engine.deliver(exchange, to: session.id, at: session.place, .poll)
        case .post:
            guard let session else { return }
            forward(ComingPost(to: session, of: engine, on: context.eventLoop), head, body, context)
        case .upgrade:
            guard let session else { return }
            takeOver(head, request, session, engine, context)
        case .refuse(let fault):
            if !request.namesSession { loop.metrics.connected(.handshake) }
            refuse(head, fault, isUpgrade: head.asksForWebSocket, context)
        case .methodNotAllowed:
            var response = PlainResponse.plain(.methodNotAllowed)
            response.headers.add(name: "Allow", value: "GET, POST, OPTIONS")
            write(allowing(response, head), for: head, closes: false, context)
        }
    }

    func allowing(_ response: PlainResponse, _ head: HTTPRequestHead) -> PlainResponse {
        gateway.engine(at: head.uri.prefix { $0 != "?" }) == nil ? response : PollingHeaders.allow(response, for: head)
    }

    /// WebSocket clients cannot read a body of JSON, and get the sentence alone.
    private func refuse(
        _ head: HTTPRequestHead,
        _ fault: EngineIOFault,
        isUpgrade: Bool,
        _ context: ChannelHandlerContext
    ) {
        guard isUpgrade else {
            return write(
                allowing(PollingAnswer.refused(.fault(fault)).response, head),
                for: head,
                closes: false,
                context
            )
        }
        let response = PlainResponse(
            status: HTTPResponseStatus(statusCode: fault.status),
            headers: ["Content-Type": "text/html"],
            body: ByteBuffer(string: fault.message)
        )
        write(response, for: head, closes: true, context)
    }

    // MARK: Polling

    /// A session that begins with polling counts like a connection: it is there between the requests too.
    private func open(
        _ head: HTTPRequestHead,
        _ request: EngineIORequest,
        _ engine: EngineIOService,
        _ context: ChannelHandlerContext
    ) {
        guard admit(head, context) else { return }
        guard let pass = gateway.admission.enter(context.channel.remoteAddress) else {
            loop.metrics.connected(.admission)
            loop.log.note(.connectRefused, ["reason": "sockets"])
            let refusal = PlainResponse.plain(.serviceUnavailable, retryAfter: 1)
            return write(allowing(refusal, head), for: head, closes: true, context)
        }
        guard mayBecomeSocket(pass, head, hasToken: false, context) else { return pass.leave() }
        let session = engine.open(
            request,
            carrier: .polling,
            on: loop,
            pass: pass,
            origin: origin(of: head),
            gateway: gateway
        )
        let exchange = PollingExchange(on: context.eventLoop)
        answer(head, with: exchange, context) {}
        session.begin(with: exchange)
    }

    /// A session is told of a POST by its head.
    func announce(_ head: HTTPRequestHead, to engine: EngineIOService, _ context: ChannelHandlerContext) {
        guard head.method == .POST, case (_, .post, let session?) = engine.judge(head) else { return }
        coming = ComingPost(to: session, of: engine, on: context.eventLoop)
    }

    private func forward(
        _ post: ComingPost,
        _ head: HTTPRequestHead,
        _ body: ByteBuffer,
        _ context: ChannelHandlerContext
    ) {
        coming = nil
        let type = head.headers.first(name: "Content-Type")?.lowercased() ?? ""
        answer(head, with: post.exchange, context) {}
        post.arrive(body, isBinary: type.hasPrefix("application/octet-stream"))
    }

    // MARK: WebSockets

    private func openSocket(
        _ head: HTTPRequestHead,
        _ request: EngineIORequest,
        _ engine: EngineIOService,
        _ context: ChannelHandlerContext
    ) {
        guard let offer = offer(of: head, context), admit(head, context),
            mayBecomeSocket(pass, head, hasToken: false, context)
        else { return }
        let deflate = deflate(offer, head)
        accept(offer, subprotocol: nil, deflate: deflate, context)
        let origin = origin(of: head)
        let carrier = gateway.makeCarrier(loop: loop, deflate: deflate) { [loop, pass, gateway] socket in
            let session = engine.open(
                request,
                carrier: .websocket,
                on: loop,
                pass: pass,
                origin: origin,
                gateway: gateway
            )
            session.begin(on: socket)
            return session
        }
        become(carrier, context)
    }

    /// A WebSocket for a session that polls: if that lives on another event loop, the WebSocket goes there.
    private func takeOver(
        _ head: HTTPRequestHead,
        _ request: EngineIORequest,
        _ session: EngineIOService.KnownSession,
        _ engine: EngineIOService,
        _ context: ChannelHandlerContext
    ) {
        guard let offer = offer(of: head, context) else { return }
        let deflate = deflate(offer, head)
        guard session.place !== loop else {
            accept(offer, subprotocol: nil, deflate: deflate, context)
            let carrier = gateway.makeCarrier(loop: loop, deflate: deflate) { [loop, pass] socket in
                engine.probe(session.id, on: loop, by: socket, pass, request)
            }
            return become(carrier, context)
        }
        move(offer, deflate: deflate, to: session.place, context) { [gateway] place, pass in
            gateway.makeCarrier(loop: place, deflate: deflate) { socket in
                engine.probe(session.id, on: place, by: socket, pass, request)
            }
        }
    }

    private func origin(of head: HTTPRequestHead) -> String? {
        let verdict = gateway.origins.check(hosts: head.headers["Host"], origins: head.headers["Origin"])
        if case .allowed(let origin) = verdict { return origin }
        return nil
    }
}

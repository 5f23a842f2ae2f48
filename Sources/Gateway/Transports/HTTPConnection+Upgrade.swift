import Logging
import NIOCore
import NIOHTTP1
import WebSocketWire

/// From a request to a WebSocket.
extension HTTPConnection {
    /// `GET /v1/socket`, or the echo beside it.
    func upgrade(_ head: HTTPRequestHead, echo: Bool, _ context: ChannelHandlerContext) {
        guard let offer = offer(of: head, context), admit(head, context) else { return }
        guard let subprotocol = SubprotocolChoice(offer.subprotocols) else {
            loop.metrics.connected(.handshake)
            let reason = "bearer.… needs caas.v1 beside it"
            return write(.plain(.badRequest, reason), for: head, closes: true, context)
        }
        let handshake = ChatHandshake(head, subprotocol, origins: gateway.origins)
        guard echo || mayBecomeSocket(pass, head, hasToken: handshake.token != nil, context) else { return }
        let deflate = deflate(offer, head)
        accept(offer, subprotocol: subprotocol.selected, deflate: deflate, context)
        let transport =
            if echo {
                gateway.makeEcho(loop: loop, deflate: deflate)
            } else {
                gateway.makeChat(loop: loop, handshake: handshake, deflate: deflate, pass: pass)
            }
        become(transport, context)
    }

    /// What a request offers for a WebSocket; nil where it was refused.
    func offer(of head: HTTPRequestHead, _ context: ChannelHandlerContext) -> ServerHandshake.Offer? {
        let request = HandshakeRequest(
            method: head.method.rawValue,
            httpMinor: head.version.minor,
            fields: head.headers.map { ($0.name, $0.value) }
        )
        switch ServerHandshake.evaluate(request) {
        case .failure(let refusal):
            loop.metrics.connected(.handshake)
            var response = PlainResponse.plain(HTTPResponseStatus(statusCode: refusal.status), refusal.reason)
            for field in refusal.fields { response.headers.add(name: field.name, value: field.value) }
            write(response, for: head, closes: true, context)
        case .success where RequestRules.hasBody(head):
            loop.metrics.connected(.handshake)
            // What follows an upgrade is frames: a proxy that reads a body there would see other requests than we do.
            write(.plain(.badRequest, "an upgrade has no body"), for: head, closes: true, context)
        case .success(let offer): return offer
        }
        return nil
    }

    /// What is agreed upon about compression; `?compression=off` is for clients that announce what they cannot do (R69).
    func deflate(_ offer: ServerHandshake.Offer, _ head: HTTPRequestHead) -> DeflateAgreement? {
        guard gateway.settings.compression.isEnabled else { return nil }
        let query = head.uri.drop { $0 != "?" }.dropFirst()
        guard !query.split(separator: "&").contains("compression=off") else { return nil }
        return DeflateAgreement(choosingFrom: offer.extensions)
    }

    /// Whether the node takes one more socket now; else the request is refused.
    func admit(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        guard let seconds = gateway.admit() else { return true }
        loop.metrics.connected(.admission)
        loop.log.note(.connectRefused, ["reason": gateway.isDraining ? "draining" : "admission"])
        write(allowing(.plain(.serviceUnavailable, retryAfter: seconds), head), for: head, closes: true, context)
        return false
    }

    /// Whether the address that asks may have one more socket; else the request is refused.
    func mayBecomeSocket(
        _ pass: ConnectionPass,
        _ head: HTTPRequestHead,
        hasToken: Bool,
        _ context: ChannelHandlerContext
    ) -> Bool {
        if pass.becomeSocket(of: client(of: head), hasToken: hasToken) { return true }
        loop.metrics.connected(.admission)
        loop.log.note(.connectRefused, ["reason": "address"])
        write(allowing(.plain(.serviceUnavailable, retryAfter: 1), head), for: head, closes: true, context)
        return false
    }

    /// Who sent the request, as far as our own proxies say.
    func client(of head: HTTPRequestHead) -> IPAddress? {
        pass.client(forwardedFor: head.headers["X-Forwarded-For"])
    }

    /// Answers that the connection is a WebSocket from here on.
    func accept(
        _ offer: ServerHandshake.Offer,
        subprotocol: String?,
        deflate: DeflateAgreement?,
        _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>? = nil
    ) {
        let fields = ServerHandshake.responseFields(accepting: offer, subprotocol: subprotocol, deflate: deflate)
        let answer = HTTPResponseHead(
            version: .http1_1,
            status: .switchingProtocols,
            headers: HTTPHeaders(fields.map { ($0.name, $0.value) })
        )
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// Gives the connection over to a transport.
    func become(_ transport: WebSocketTransport, _ context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(transport, position: .after(self))
        } catch {
            return context.close(promise: nil)
        }
        let gateway = gateway
        endHTTP(context).assumeIsolated().whenComplete { _ in
            transport.start()
            if gateway.isDraining, let endpoint = transport.endpoint as? ChatEndpoint { endpoint.drain() }
        }
    }

    /// Takes HTTP out of the pipeline.
    ///
    /// From the back to the front: what the decoder has read beyond the request reaches what stands behind it as bytes.
    func endHTTP(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let names = [
            context.name, HTTPPipeline.pipelining, HTTPPipeline.encoder, HTTPPipeline.deadline, HTTPPipeline.decoder,
        ]
        let removed = names.map { context.pipeline.syncOperations.removeHandler(name: $0) }
        return EventLoopFuture.andAllComplete(removed, on: context.eventLoop)
    }
}

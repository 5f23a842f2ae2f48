package import NIOCore
package import NIOHTTP1

/// Answers every request that is no socket: given to the gateway from outside.
package protocol PlainResponder: Sendable {
    /// Answers one request; what it throws is answered with 500.
    func respond(to request: PlainRequest) async throws -> PlainResponse

    /// Whether the responder reads the body of such a request by itself, piece by piece.
    func takesStream(_ head: HTTPRequestHead) -> Bool

    /// The same as a future of the connection's loop; who needs no task for it says so here.
    func respond(to request: PlainRequest, on eventLoop: any EventLoop) -> EventLoopFuture<PlainResponse>
}

extension PlainResponder {
    package func takesStream(_ head: HTTPRequestHead) -> Bool { false }

    package func respond(to request: PlainRequest, on eventLoop: any EventLoop) -> EventLoopFuture<PlainResponse> {
        eventLoop.makeFutureWithTask { try await respond(to: request) }
    }
}

/// A whole HTTP request, its body collected.
package struct PlainRequest: Sendable {
    package var head: HTTPRequestHead
    /// At most ``GatewaySettings/bodyBytes``.
    package var body: ByteBuffer
    /// The body as it comes, where the responder takes it so.
    package var stream: IncomingBody?
    /// Who sent it.
    package var peer: SocketAddress?
    /// To be called where a backend's key was good: from then on the connection is no stranger's (R61).
    package var authenticated: @Sendable () -> Void

    package init(
        head: HTTPRequestHead,
        body: ByteBuffer,
        stream: IncomingBody? = nil,
        peer: SocketAddress?,
        authenticated: @escaping @Sendable () -> Void = {}
    ) {
        self.head = head
        self.body = body
        self.stream = stream
        self.peer = peer
        self.authenticated = authenticated
    }
}

/// A whole HTTP response; the gateway adds Content-Length, Date and Connection.
package struct PlainResponse: Sendable {
    package var status: HTTPResponseStatus
    package var headers: HTTPHeaders
    package var body: ByteBuffer
    /// Instead of ``body``: what is read while it is sent.
    package var source: BodySource?

    package init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

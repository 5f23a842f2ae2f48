import NIOCore
import WebSocketWire

/// A WebSocket that carries an Engine.IO session, or is about to.
final class EngineIOSocket: WebSocketEndpoint {
    /// The session, once the WebSocket stands; given up when it is gone.
    private var session: EngineIOSession?
    private let transport: WebSocketTransport
    /// Gives the WebSocket to its session, which may be made for it; nil where there is none any more.
    private let begin: (WebSocketTransport) -> EngineIOSession?

    init(_ transport: WebSocketTransport, begin: @escaping (WebSocketTransport) -> EngineIOSession?) {
        self.transport = transport
        self.begin = begin
    }

    func opened() {
        session = begin(transport)
        if session == nil { transport.close(code: nil) }
    }

    func received(_ kind: MessageKind, _ payload: ByteBuffer) {
        session?.received(kind, payload, from: transport)
    }

    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) {
        session?.discarded(kind, size: size, opening: opening, from: transport)
    }

    /// The session has its own.
    func tick(now: ContinuousClock.Instant) {}

    func closed() {
        session?.closed(transport)
        session = nil
    }
}

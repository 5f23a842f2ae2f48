import NIOCore
import WebSocketWire

/// A WebSocket that carries an Engine.IO session, or is about to.
final class EngineIOSocket: WebSocketEndpoint {
    /// Given up when the WebSocket is gone.
    private var session: EngineIOSession?
    private let transport: WebSocketTransport
    /// How the session takes the WebSocket.
    private let begin: (EngineIOSession, WebSocketTransport) -> Void

    init(
        _ session: EngineIOSession,
        _ transport: WebSocketTransport,
        begin: @escaping (EngineIOSession, WebSocketTransport) -> Void
    ) {
        self.session = session
        self.transport = transport
        self.begin = begin
    }

    func opened() {
        guard let session else { return }
        begin(session, transport)
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

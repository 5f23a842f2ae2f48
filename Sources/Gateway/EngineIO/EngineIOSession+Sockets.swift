import CAASProtocol
import EngineIOWire
import NIOCore
import WebSocketWire

/// What comes by WebSockets: one that carries the session, and one that may take it over.
extension EngineIOSession {
    /// A WebSocket carries the session from its beginning; its pass is the session's.
    func begin(on socket: WebSocketTransport) {
        carrier = socket
        carrierPass = pass
        limitsChanged()
        endpoint?.opened()
        tick(now: .now)
    }

    /// A WebSocket came for this session; it is closed at once where it is none that can be probed.
    func probe(_ socket: WebSocketTransport, _ pass: ConnectionPass, takesBinary: Bool) {
        guard machine.upgrade(takesBinary: takesBinary, now: .now) else { return dismiss(socket) }
        candidate = socket
        carrierPass = pass
        candidateTakesBinary = takesBinary
        run()
    }

    /// The peer may cost another amount than before, because it has said who it is.
    func limitsChanged() {
        guard let endpoint else { return }
        if endpoint.isAuthenticated {
            pass.authenticate()
            service.noteAuthentication(id)
            if carrier != nil { carrierPass?.authenticate() }
        }
        carrier?.limits = endpoint.limits
    }

    /// A WebSocket's message.
    func received(_ kind: MessageKind, _ payload: ByteBuffer, from socket: WebSocketTransport) {
        touch()
        guard let place = place(of: socket) else { return }
        machine.received(EngineIOMachine.Kind(kind), payload, on: place, now: .now)
        run()
    }

    /// A WebSocket's message was too large to keep.
    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer, from socket: WebSocketTransport) {
        touch()
        guard let place = place(of: socket) else { return }
        machine.discarded(EngineIOMachine.Kind(kind), size: size, opening: opening, on: place, now: .now)
        run()
    }

    /// A WebSocket is gone.
    func closed(_ socket: WebSocketTransport) {
        guard let place = place(of: socket) else { return }
        if socket === candidate { candidate = nil }
        machine.socketClosed(place)
        run()
    }

    private func place(of socket: WebSocketTransport) -> EngineIOMachine.Socket? {
        if socket === carrier { return .carrier }
        return socket === candidate ? .candidate : nil
    }
}

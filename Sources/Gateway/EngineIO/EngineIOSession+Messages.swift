import EngineIOWire
import NIOCore
import WebSocketWire

/// Between the messages of WebSockets and those of Engine.IO.
extension EngineIOSession {
    /// The messages of a shared frame, which are whole WebSocket messages in one buffer.
    static func messages(in frame: ByteBuffer) -> [EngineIOMachine.Outgoing] {
        ServerFrame.messages(in: frame).map { kind, payload in kind == .text ? .text(payload) : .binary(payload) }
    }
}

extension EngineIOMachine.Kind {
    init(_ kind: MessageKind) {
        self = kind == .text ? .text : .binary
    }
}

extension MessageKind {
    init(_ kind: EngineIOMachine.Kind) {
        self = kind == .text ? .text : .binary
    }
}

extension EngineIOMachine.Action {
    /// Whether it is something that the peer has said.
    var isOfClient: Bool {
        switch self {
        case .message, .oversized: true
        default: false
        }
    }
}

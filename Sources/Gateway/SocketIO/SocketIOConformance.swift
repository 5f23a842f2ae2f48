import EngineIOWire
import NIOCore
import SocketIOWire
import WebSocketWire

/// What suites of the Socket.IO protocol expect of a server: the namespaces `/` and `/custom`, each of which tells what it was
/// connected with (`auth`), sends a `message` back (`message-back`), and acknowledges a `message-with-ack` with its arguments.
final class SocketIOConformance: EngineIOEndpoint {
    private static let namespaces: Set<String> = ["/", "/custom"]

    private let session: EngineIOSession
    private var packets: SocketIOMachine
    let limits: SharedLimits
    let isAuthenticated = false
    let isInService = false

    init(_ session: EngineIOSession, settings: EngineSettings) {
        self.session = session
        limits = .conformance(settings)
        var limits = SocketIOLimits()
        limits.textBytes = settings.maxPayload
        limits.binaryBytes = settings.maxPayload
        limits.connectTimeout = settings.connectTimeout
        packets = SocketIOMachine(limits: limits, namespaces: Self.namespaces, now: .now)
    }

    func opened() {}

    func received(_ kind: MessageKind, _ payload: ByteBuffer) {
        switch kind {
        case .text: perform(packets.receive(text: payload, now: .now))
        case .binary: perform(packets.receive(binary: payload, now: .now))
        }
    }

    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) { session.close(nil) }
    func carrierChanged() {}

    func tick(now: ContinuousClock.Instant) {
        switch packets.tick(now: now) {
        case .wait, .idle: break
        case .connectTimeout, .packetTimeout: session.close(nil)
        }
    }

    func closed() {}

    private func perform(_ action: SocketIOMachine.Action?) {
        switch action {
        case .connect(let namespace, let auth):
            packets.accepted(namespace)
            let id = EngineIOSessionID.random().text
            session.send([.text(PacketWriter.connectReply(sid: id, namespace: namespace))])
            send("auth", [auth ?? ByteBuffer(string: "{}")], namespace: namespace)
        case .refuse(_, let packet): session.send([.text(packet)])
        case .event(let event):
            switch event.name.text {
            case "message":
                send("message-back", event.arguments, attachments: event.attachments, namespace: event.namespace)
            case "message-with-ack":
                guard let id = event.id else { return }
                let content = SocketIOPacket.Content.acknowledgement(id: id, event.arguments)
                send(content, event.attachments, event.namespace)
            default: break
            }
        case .violation, .oversized: session.close(nil)
        case .disconnect, .acknowledgement, nil: break
        }
    }

    private func send(
        _ name: String,
        _ arguments: [ByteBuffer],
        attachments: [ByteBuffer] = [],
        namespace: String
    ) {
        send(.event(EventName(name), arguments, id: nil), attachments, namespace)
    }

    /// A packet and its attachments, whose placeholders stand in the arguments as they came.
    private func send(_ content: SocketIOPacket.Content, _ attachments: [ByteBuffer], _ namespace: String) {
        let packet = SocketIOPacket(content, namespace: namespace, attachments: attachments.count)
        session.send([.text(packet.encoded())] + attachments.map { .binary($0) })
    }
}

/// What suites of the Engine.IO protocol expect of a server: every message comes back.
final class EngineIOEcho: EngineIOEndpoint {
    private let session: EngineIOSession
    let limits: SharedLimits
    let isAuthenticated = false
    let isInService = false

    init(_ session: EngineIOSession, settings: EngineSettings) {
        self.session = session
        limits = .conformance(settings)
    }

    func opened() {}

    func received(_ kind: MessageKind, _ payload: ByteBuffer) {
        switch kind {
        case .text:
            var packet = ByteBuffer(string: "4")
            packet.writeImmutableBuffer(payload)
            session.send([.text(packet)])
        case .binary: session.send([.binary(payload)])
        }
    }

    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) { session.close(nil) }
    func carrierChanged() {}
    func tick(now: ContinuousClock.Instant) {}
    func closed() {}
}

extension SharedLimits {
    /// Messages as large as a payload may be.
    fileprivate static func conformance(_ settings: EngineSettings) -> SharedLimits {
        var limits = WebSocketLimits()
        limits.textBytes = settings.maxPayload
        limits.binaryBytes = settings.maxPayload
        limits.messageBytes = settings.maxPayload
        limits.pingInterval = nil
        return SharedLimits(limits)
    }
}

import CAASProtocol
import EngineIOWire
import NIOCore
import SocketIOWire
import WebSocketWire

/// A chat connection's Socket.IO: the namespace `/` over one Engine.IO session (wire §6).
///
/// Confined to the session's event loop. A client that has left the namespace, or was refused, may ask for it again on the same
/// session; each time is a chat connection of its own.
final class SocketIOTransport: EngineIOEndpoint {
    private let session: EngineIOSession
    private let gateway: GatewayCore
    private var packets: SocketIOMachine
    private var chat: ChatEndpoint?
    private(set) var isAuthenticated = false
    /// The client says goodbye right now.
    private var hasLeft = false
    /// ``runNumber`` while polling: a carrier has its own, where the fan-out looks for it.
    private var pollingRunNumber: UInt64 = 0

    init(_ session: EngineIOSession, gateway: GatewayCore) {
        self.session = session
        self.gateway = gateway
        packets = SocketIOMachine(
            limits: SocketIOLimits(gateway.carrierRules.stranger.limits, gateway.settings.engine),
            now: .now
        )
    }

    // MARK: The session

    var isInService: Bool { chat != nil }
    var limits: SharedLimits { isAuthenticated ? gateway.carrierRules.user : gateway.carrierRules.stranger }

    func opened() {}

    func received(_ kind: MessageKind, _ payload: ByteBuffer) {
        switch kind {
        case .text: perform(packets.receive(text: payload, now: .now))
        case .binary: perform(packets.receive(binary: payload, now: .now))
        }
    }

    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) {
        switch kind {
        case .text: perform(packets.discarded(size: size, opening: opening, now: .now))
        case .binary: perform(packets.discarded(attachment: opening, size: size))
        }
    }

    func carrierChanged() {
        if let chat { session.loop.carrierChanged(chat) }
    }

    func tick(now: ContinuousClock.Instant) {
        chat?.tick(now: now)
        switch packets.tick(now: now) {
        case .wait, .idle: break
        case .connectTimeout, .packetTimeout: session.close(nil)
        }
    }

    func closed() {
        chat?.closed()
        chat = nil
    }

    // MARK: Packets

    private func perform(_ action: SocketIOMachine.Action?) {
        switch action {
        case .connect(_, let auth): connect(auth)
        case .refuse(_, let packet): send(packet)
        case .disconnect:
            hasLeft = true
            closed()
            hasLeft = false
        case .event(let event): receive(event)
        case .oversized(let event):
            if event.name?.text == ClientEventType.binary.rawValue, let media = event.attachment {
                chat?.discarded(.binary, size: media.size, opening: media.opening, packet: event.id)
            } else {
                chat?.discarded(.text, size: event.size, opening: event.opening, packet: event.id)
            }
        case .violation: session.close(nil)
        // Nothing of ours asks for one.
        case .acknowledgement, nil: break
        }
    }

    private func connect(_ auth: ByteBuffer?) {
        let chat = chat ?? makeChat()
        do throws(SpecError) {
            let auth = try auth.map { auth throws(SpecError) in try SessionAuth.connecting(auth.readableBytesSpan) }
            guard let auth else { throw SpecError(.authRequired) }
            chat.authenticate(auth.token, SessionOptions(auth), frame: nil)
        } catch {
            chat.noteRefusal("missing")
            chat.endUnauthenticated(error, .authMissing)
        }
    }

    private func makeChat() -> ChatEndpoint {
        let handshake = ChatHandshake(origin: session.origin)
        let chat = gateway.makeChat(self, loop: session.loop, handshake: handshake, pass: session.pass)
        self.chat = chat
        chat.opened()
        return chat
    }

    private func receive(_ event: SocketIOEvent) {
        let packet = EventPacket(name: event.name.text, acknowledgement: event.id)
        guard event.name.text == ClientEventType.binary.rawValue else {
            chat?.receive(event.arguments.first ?? ByteBuffer(string: "{}"), in: packet)
            return
        }
        // Without its attachment there is no packet, which is read as one of no bytes.
        chat?.receiveMedia(event.attachment(at: 0) ?? ByteBuffer(), in: packet)
    }

    private func send(_ packet: ByteBuffer) {
        if let carrier = session.directCarrier { return carrier.send(.text, packet) }
        let message = WebSocketWire.ServerFrame.message(.text, length: packet.readableBytes) {
            $0.writeImmutableBuffer(packet)
        }
        session.send(message, nil)
    }
}

extension SocketIOTransport: ChatTransport {
    var form: WireForm { .socketIO }
    var isOpen: Bool { session.isOpen }
    var closeCode: UInt16? { session.closeCode ?? (hasLeft ? 1000 : nil) }
    var hasSaidGoodbye: Bool { hasLeft || session.hasSaidGoodbye }
    var carrier: WebSocketTransport? { session.steadyCarrier }
    var textBytes: Int { packets.limits.textBytes }
    var binaryBytes: Int { packets.limits.binaryBytes }

    var runNumber: UInt64 {
        get { carrier?.runNumber ?? pollingRunNumber }
        set {
            if let carrier { carrier.runNumber = newValue } else { pollingRunNumber = newValue }
        }
    }

    func silence(now: ContinuousClock.Instant) -> Duration { session.silence(now: now) }
    func pause() { session.pause() }
    func resume() { session.resume() }
    func cutSoon() { session.carrier?.cutSoon() }

    func authenticated() {
        isAuthenticated = true
        packets.limits = SocketIOLimits(gateway.carrierRules.user.limits, gateway.settings.engine)
        session.limitsChanged()
    }

    func accepted(_ sessionID: String) {
        guard packets.accepted(SocketIOPacket.mainNamespace) else { return }
        send(PacketWriter.connectReply(sid: sessionID))
    }

    func enqueue(_ frame: EncodedFrame) {
        guard packets.isJoined(SocketIOPacket.mainNamespace) else { return }
        if let carrier = session.directCarrier {
            carrier.enqueue(frame, as: .socketIO)
        } else {
            session.send(frame.socketIO, frame.mark)
        }
    }

    func acknowledge(_ packet: UInt64, _ acknowledgement: Acknowledgement) {
        guard packets.isJoined(SocketIOPacket.mainNamespace) else { return }
        var body: [UInt8] = []
        acknowledgement.encode(into: &body)
        var text = ByteBuffer()
        text.reserveCapacity(PacketWriter.bytesOfAcknowledgement(packet, argumentBytes: body.count))
        PacketWriter.writeAcknowledgement(packet, body.span.bytes, into: &text)
        send(text)
    }

    /// A client that gets a CONNECT_ERROR stays away, so what may be better next time closes the connection (R13).
    func refuse(_ error: SpecError, _ reason: CloseReason) -> ConnectRefusal {
        let isFinal = reason.isFinal || error.code == .tokenExpired
        guard isFinal, packets.refused(SocketIOPacket.mainNamespace, now: .now) else {
            session.close(reason)
            return .closed
        }
        var data: [UInt8] = []
        error.encode(into: &data)
        send(PacketWriter.connectError(error.code.rawValue, data: ByteBuffer(bytes: data)))
        return .told
    }

    /// Clients come back by themselves unless they are told that they were put out (R13).
    func close(_ reason: CloseReason) {
        guard isOpen else { return }
        if reason.isFinal, packets.left(SocketIOPacket.mainNamespace, now: .now) { send(PacketWriter.disconnect()) }
        session.close(reason)
    }
}

extension SocketIOPacket {
    /// The namespace that the service lives in.
    static let mainNamespace = "/"
}

extension SocketIOLimits {
    fileprivate init(_ socket: WebSocketLimits, _ engine: EngineSettings) {
        self.init()
        connectTimeout = engine.connectTimeout
        textBytes = socket.textBytes
        binaryBytes = socket.binaryBytes
        packetBytes = socket.messageBytes
    }
}

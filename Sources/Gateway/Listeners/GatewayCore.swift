import CAASProtocol
import Chat
import Logging
import NIOCore
import Synchronization
import WebSocketWire

/// What every connection of the node shares.
final class GatewayCore: Sendable {
    let service: ServiceContext
    let responder: any PlainResponder
    /// Whether WebSockets are taken; else everything is the responder's.
    let hasSockets: Bool
    let engines: [EngineIOService]
    private let lastConnection = Atomic<UInt64>(0)
    private let draining = Atomic<Bool>(false)
    let admission: Admission
    private let chatRules: SocketRules
    /// Of WebSockets that carry an Engine.IO session.
    let carrierRules: SocketRules
    private let echoRules: SocketRules

    var settings: GatewaySettings { service.settings }
    var origins: OriginPolicy { service.origins }
    var logger: Logger { service.logger }

    init(service: ServiceContext, responder: any PlainResponder, hasSockets: Bool = true) {
        self.service = service
        self.responder = responder
        self.hasSockets = hasSockets
        admission = Admission(service.settings)
        chatRules = .chat(service.settings)
        carrierRules = .carrier(service.settings)
        echoRules = .echo(service.settings)
        engines = Self.engines(service.settings)
    }

    /// Bytes of the body of a POST whose session is nobody's: more than any token takes.
    private static let strangerBodyBytes = 32 * 1024

    private static func engines(_ settings: GatewaySettings) -> [EngineIOService] {
        let engine = settings.engine
        let service = EngineIOService(
            path: "/socket.io/",
            engine,
            queuedBytes: settings.queuedBytes,
            stalledFor: settings.stalledFor,
            strangerBodyBytes: strangerBodyBytes
        ) { SocketIOTransport($0, gateway: $1) }
        guard settings.servesSuites else { return [service] }
        func suite(_ name: String, _ make: @escaping @Sendable (EngineIOSession) -> any EngineIOEndpoint)
            -> EngineIOService
        {
            EngineIOService(
                path: "/v1/conformance/\(name)/",
                engine,
                queuedBytes: 4 * engine.maxPayload,
                stalledFor: settings.stalledFor,
                strangerBodyBytes: engine.maxPayload
            ) { session, _ in make(session) }
        }
        return [
            service,
            suite("socket.io") { SocketIOConformance($0, settings: engine) },
            suite("engine.io") { EngineIOEcho($0, settings: engine) },
        ]
    }

    /// Whether the node takes no more connections (R68).
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Whether one more socket may come in now; else the seconds after which to try again.
    func admit() -> Int? {
        if isDraining { return 1 }
        return admission.takeConnect().map { max(1, Int($0.seconds.rounded(.up))) }
    }

    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// The transport of a chat connection that has just been upgraded.
    func makeChat(
        loop: LoopReaders,
        handshake: ChatHandshake,
        deflate: DeflateAgreement? = nil,
        pass: ConnectionPass
    ) -> WebSocketTransport {
        let transport = WebSocketTransport(loop: loop, rules: chatRules, deflate: deflate)
        transport.endpoint = makeChat(transport, loop: loop, handshake: handshake, pass: pass)
        return transport
    }

    /// A chat connection that `transport` carries.
    func makeChat(
        _ transport: any ChatTransport,
        loop: LoopReaders,
        handshake: ChatHandshake,
        pass: ConnectionPass
    ) -> ChatEndpoint {
        let number = lastConnection.add(1, ordering: .relaxed).newValue
        return ChatEndpoint(
            id: ConnectionID(loop: loop.number, number: number),
            transport: transport,
            loop: loop,
            service: service,
            handshake: handshake,
            pass: pass
        )
    }

    /// The transport of a WebSocket that is to carry an Engine.IO session.
    ///
    /// - Parameter begin: Gives it to the session once it stands.
    func makeCarrier(
        loop: LoopReaders,
        deflate: DeflateAgreement?,
        begin: @escaping (WebSocketTransport) -> EngineIOSession?
    ) -> WebSocketTransport {
        let transport = WebSocketTransport(loop: loop, rules: carrierRules, deflate: deflate)
        transport.endpoint = EngineIOSocket(transport, begin: begin)
        return transport
    }

    /// The Engine.IO that is spoken at a path, if any.
    func engine(at path: some StringProtocol) -> EngineIOService? {
        hasSockets ? engines.first { $0.serves(path) } : nil
    }

    /// The transport of an echo connection.
    func makeEcho(loop: LoopReaders, deflate: DeflateAgreement?) -> WebSocketTransport {
        let transport = WebSocketTransport(loop: loop, rules: echoRules, deflate: deflate)
        transport.endpoint = EchoEndpoint(transport: transport)
        return transport
    }
}

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
    private let lastConnection = Atomic<UInt64>(0)
    private let draining = Atomic<Bool>(false)
    let admission: Admission

    var settings: GatewaySettings { service.settings }
    var origins: OriginPolicy { service.origins }
    var logger: Logger { service.logger }

    init(service: ServiceContext, responder: any PlainResponder, hasSockets: Bool = true) {
        self.service = service
        self.responder = responder
        self.hasSockets = hasSockets
        admission = Admission(service.settings)
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
    func makeChat(loop: LoopReaders, handshake: ChatHandshake, pass: ConnectionPass) -> WebSocketTransport {
        // A peer that has not said who it is may cost little.
        var limits = settings.socket
        limits.textBytes = 16 * 1024
        limits.binaryBytes = 16 * 1024
        let transport = WebSocketTransport(loop: loop, settings: settings, limits: limits)
        let number = lastConnection.add(1, ordering: .relaxed).newValue
        transport.endpoint = ChatEndpoint(
            id: ConnectionID(loop: loop.number, number: number),
            transport: transport,
            loop: loop,
            service: service,
            handshake: handshake,
            pass: pass
        )
        return transport
    }

    /// The transport of an echo connection.
    func makeEcho(loop: LoopReaders) -> WebSocketTransport {
        var settings = settings
        settings.queuedBytes = 2 * EchoEndpoint.limits.messageBytes
        let transport = WebSocketTransport(loop: loop, settings: settings, limits: EchoEndpoint.limits)
        transport.endpoint = EchoEndpoint(transport: transport)
        return transport
    }
}

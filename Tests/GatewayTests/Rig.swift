import CAASProtocol
import Chat
import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway
@testable import WebSocketWire

/// One event loop with chat connections on embedded channels: what they are sent can be read back as frames.
final class Rig {
    let loop: LoopReaders
    let embedded = EmbeddedEventLoop()
    let service: ServiceContext
    let core: GatewayCore
    private var clients: [UInt64: (channel: EmbeddedChannel, machine: WebSocketMachine)] = [:]

    init(_ settings: GatewaySettings = GatewaySettings()) async throws {
        loop = LoopReaders(eventLoop: embedded, number: 0)
        let tenant = TenantSettings(id: try #require(TenantID("acme")), secret: Array(repeating: 7, count: 32))
        let sink = FanOut(loops: [loop], clock: { 1 })
        service = ServiceContext(
            chat: ChatQueue(storage: InMemoryStorage(), settings: ChatSettings(), sink: sink, clock: { 1 }),
            loops: [loop],
            authority: try await TokenAuthority(tenants: [tenant], lifetime: .seconds(86_400)),
            origins: OriginPolicy(settings: settings, tenants: [tenant]),
            settings: settings,
            logger: Logger(label: "test"),
            report: { _, _ in },
            clock: { 1 }
        )
        core = GatewayCore(service: service, responder: NoResponder())
    }

    /// An authenticated connection, as if the service had answered.
    ///
    /// - Parameter windowBits: With which window it takes frames compressed; 0 takes none.
    func connect(_ user: String, windowBits: Int = 0) throws -> ChatEndpoint {
        let pass = try #require(core.admission.enter(SocketAddress(ipAddress: "127.0.0.1", port: 1)))
        var deflate: DeflateAgreement? = windowBits > 0 ? DeflateAgreement() : nil
        deflate?.serverWindowBits = windowBits
        let transport = core.makeChat(loop: loop, handshake: ChatHandshake(), deflate: deflate, pass: pass)
        let endpoint = try #require(transport.endpoint as? ChatEndpoint)
        let channel = EmbeddedChannel(handler: transport, loop: embedded)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let token = VerifiedToken(
            tenant: try #require(TenantID("acme")),
            user: try #require(UserID(user)),
            scopes: .standard,
            expiresAt: 100_000
        )
        transport.start()
        endpoint.state = .open(Session(token, options: SessionOptions(), connection: endpoint.id))
        var machine = WebSocketMachine(role: .client, now: .now)
        if windowBits > 0 { machine.inflater = Inflater() }
        clients[endpoint.id.number] = (channel, machine)
        return endpoint
    }

    /// Hands over so many messages that came at once.
    func receive(_ endpoint: ChatEndpoint, _ text: String, count: Int) throws {
        var (channel, machine) = try #require(clients[endpoint.id.number])
        var bytes = ByteBuffer()
        for _ in 0..<count { bytes.writeImmutableBuffer(machine.encode(.text, ByteBuffer(string: text))) }
        clients[endpoint.id.number] = (channel, machine)
        try channel.writeInbound(bytes)
    }

    /// Lets time go by on the loop.
    func advance(by time: TimeAmount) { embedded.advanceTime(by: time) }

    /// Lets a connection's socket take more, or no more.
    func setWritable(_ isWritable: Bool, _ endpoint: ChatEndpoint) throws {
        let channel = try #require(clients[endpoint.id.number]).channel
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    /// Notes a frame as waiting for its answer.
    func expectAnswer(_ endpoint: ChatEndpoint, _ frame: FrameID) {
        endpoint.outstanding.add(
            frame,
            FrameReference(id: frame, wish: .frame),
            isRead: false,
            deadline: .now + .seconds(10)
        )
    }

    /// What the connection was sent since the last call: types, with the clientId or the id answered.
    func sent(to endpoint: ChatEndpoint) throws -> [String] {
        embedded.run()
        var (channel, machine) = try #require(clients[endpoint.id.number])
        var frames: [String] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            machine.receive(bytes, now: .now)
            while let action = machine.nextAction() {
                if case .closed(let code, _) = action { frames.append("close \(code.map { "\($0.rawValue)" } ?? "")") }
                if case .message(.binary, let packet) = action {
                    let sequence = MediaPacket.sequence(opening: packet.readableBytesSpan)
                    frames.append("media \(try #require(sequence))")
                }
                if case .fail(let code, let reason, _) = action { frames.append("fail \(code.rawValue) \(reason)") }
                guard case .message(.text, let text) = action else { continue }
                let frame = try ReceivedFrame.scan(text.readableBytesSpan)
                frames.append("\(frame.type) \(try frame.replyTo?.rawValue ?? clientID(frame))")
            }
        }
        clients[endpoint.id.number] = (channel, machine)
        return frames
    }

    /// What the connections were told in `error` frames, in order: code and reason.
    private(set) var errors: [String] = []

    /// Why the connection was closed; nil while it stands.
    ///
    /// What else it was sent is read away.
    func closed(_ endpoint: ChatEndpoint) throws -> (code: UInt16, reason: String)? {
        embedded.run()
        var (channel, machine) = try #require(clients[endpoint.id.number])
        var close: (UInt16, String)?
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            machine.receive(bytes, now: .now)
            while let action = machine.nextAction() {
                switch action {
                case .message(.text, let text): try noteError(text)
                case .closed(let code?, let reason): close = (code.rawValue, reason)
                default: break
                }
            }
        }
        clients[endpoint.id.number] = (channel, machine)
        return close
    }

    private func noteError(_ text: ByteBuffer) throws {
        let object = try JSONSerialization.jsonObject(with: Data(text.readableBytesView)) as? [String: Any]
        guard object?["type"] as? String == "error", let data = object?["data"] as? [String: Any] else { return }
        let details = data["details"] as? [String: Any]
        errors.append("\(data["code"] as? String ?? "") \(details?["reason"] as? String ?? "")")
    }

    private func clientID(_ frame: ReceivedFrame) throws -> String {
        let data = try #require(frame.data)
        let object = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
        return object?["clientId"] as? String ?? ""
    }
}

private struct NoResponder: PlainResponder {
    func respond(to request: PlainRequest) async throws -> PlainResponse { PlainResponse(status: .notFound) }
}

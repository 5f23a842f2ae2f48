import CAASProtocol
import EngineIOWire
import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway
@testable import WebSocketWire

/// A session of Engine.IO that polls, on the loop of a rig: what its client is answered, and what comes by a WebSocket that
/// takes it over, can be read back.
final class PollingRig {
    let rig: Rig
    let session: EngineIOSession
    private var carrier: (channel: EmbeddedChannel, machine: WebSocketMachine)?
    /// What has come by the WebSocket and was not asked for yet.
    private var early: [String] = []

    init(takesBinary: Bool = true) async throws {
        rig = try await Rig()
        var engine = EngineSettings()
        // What is looked at is not how long a client may be silent.
        engine.pingInterval = .seconds(3_600)
        let settings = GatewaySettings()
        let service = EngineIOService(
            path: "/socket.io/",
            engine,
            queuedBytes: settings.queuedBytes,
            stalledFor: settings.stalledFor,
            strangerBodyBytes: settings.bodyBytes
        ) { _, _ in Listener() }
        session = service.open(
            EngineIORequest(query: "EIO=4&transport=polling\(takesBinary ? "" : "&b64=1")"),
            carrier: .polling,
            on: rig.loop,
            pass: try #require(rig.core.admission.enter(SocketAddress(ipAddress: "127.0.0.1", port: 1))),
            origin: nil,
            gateway: rig.core
        )
        let handshake = PollingExchange(on: rig.loop.eventLoop)
        session.begin(with: handshake)
    }

    /// Hands over a frame in the way in which Socket.IO does.
    func deliver(_ frame: EncodedFrame) {
        if let carrier = session.directCarrier {
            carrier.enqueue(frame, as: .socketIO)
        } else {
            session.send(frame.socketIO, frame.mark)
        }
    }

    /// Sends a GET; the future's value is what it is answered with.
    func beginAsking() -> EventLoopFuture<PollingAnswer> {
        let exchange = PollingExchange(on: rig.loop.eventLoop)
        session.receive(poll: exchange)
        return exchange.answer
    }

    /// The packets of the answer to a GET that is held or was answered: `media 7` is a packet of media with its announcement.
    func answer(_ held: EventLoopFuture<PollingAnswer>) throws -> [String] {
        rig.advance(by: .zero)
        let answer = try held.wait()
        #expect(answer.response.status == .ok)
        return try Self.names(String(buffer: answer.response.body).split(separator: "\u{1e}").map(String.init))
    }

    func ask() throws -> [String] { try answer(beginAsking()) }

    /// Sends a POST of packets.
    func post(_ packets: String) throws {
        let exchange = PollingExchange(on: rig.loop.eventLoop)
        session.begin(post: exchange)
        session.receive(post: exchange, ByteBuffer(string: packets), isBinary: false)
        rig.advance(by: .zero)
        #expect(try exchange.answer.wait().response.status == .ok)
    }

    /// Takes the session over by a WebSocket.
    func upgrade(takesBinary: Bool = true) throws {
        let request = EngineIORequest(query: "EIO=4&transport=websocket\(takesBinary ? "" : "&b64=1")")
        let pass = try #require(rig.core.admission.enter(SocketAddress(ipAddress: "127.0.0.1", port: 1)))
        let transport = rig.core.makeCarrier(loop: rig.loop, deflate: nil) { [session] socket in
            session.probe(socket, pass, takesBinary: request.takesBinary)
            return session
        }
        let channel = EmbeddedChannel(handler: transport, loop: rig.embedded)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        transport.start()
        var machine = WebSocketMachine(role: .client, now: .now)
        for packet in ["2probe", "5"] { try channel.writeInbound(machine.encode(.text, ByteBuffer(string: packet))) }
        carrier = (channel, machine)
        try #require(session.carrier === transport)
        let packets = try read()
        #expect(packets.first == "3probe")
        early = Array(packets.dropFirst())
    }

    /// What has come by the WebSocket since the last call.
    func read() throws -> [String] {
        rig.advance(by: .zero)
        var (channel, machine) = try #require(carrier)
        let early = early
        self.early = []
        var packets: [String] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            machine.receive(bytes, now: .now)
            while let action = machine.nextAction() {
                switch action {
                case .message(.text, let text): packets.append(String(buffer: text))
                case .message(.binary, let packet):
                    packets.append("b" + Data(packet.readableBytesView).base64EncodedString())
                default: Issue.record("\(action)")
                }
            }
        }
        carrier = (channel, machine)
        return early + (try Self.names(packets))
    }

    private static func names(_ packets: [String]) throws -> [String] {
        var names: [String] = []
        for packet in packets {
            guard packet.hasPrefix("b") else {
                names.append(packet)
                continue
            }
            #expect(names.popLast()?.hasPrefix("451-") == true, "the announcement comes right before")
            let bytes = ByteBuffer(bytes: try #require(Data(base64Encoded: String(packet.dropFirst()))))
            let sequence = MediaPacket.sequence(opening: bytes.readableBytesSpan)
            names.append("media \(try #require(sequence))")
        }
        return names
    }

    private final class Listener: EngineIOEndpoint {
        let isAuthenticated = true
        let isInService = true
        let limits = SharedLimits(WebSocketLimits())

        func opened() {}
        func received(_ kind: MessageKind, _ payload: ByteBuffer) {}
        func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) {}
        func carrierChanged() {}
        func tick(now: ContinuousClock.Instant) {}
        func closed() {}
    }
}

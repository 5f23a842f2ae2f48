import NIOCore
import Testing
import WebSocketWire

@Suite("Heartbeat, R67") struct HeartbeatTests {
    private let ping = WebSocketMachine.Tick.sendPing(ByteBuffer(bytes: [0x89, 0x00]))

    @Test func `silence for 25 s asks for a ping, 20 s more mean the peer is gone`() {
        var peer = Peer(of: .server)
        #expect(peer.tick(at: .zero) == .wait(.seconds(25)))
        #expect(peer.tick(at: .seconds(24)) == .wait(.seconds(1)))
        #expect(peer.tick(at: .seconds(25)) == ping)
        #expect(peer.tick(at: .seconds(25)) == .wait(.seconds(20)))
        #expect(peer.tick(at: .seconds(44)) == .wait(.seconds(1)))
        #expect(peer.tick(at: .seconds(45)) == .heartbeatLost)
        #expect(peer.tick(at: .seconds(46)) == .heartbeatLost)
    }

    @Test func `any byte after the ping is life`() {
        var peer = Peer(of: .server)
        _ = peer.tick(at: .seconds(25))
        _ = peer.send([0x81], at: .seconds(30))
        #expect(peer.tick(at: .seconds(45)) == .wait(.seconds(5)))
        #expect(peer.tick(at: .seconds(50)) == ping)
    }

    @Test func `a peer that talks is pinged when we have been silent`() {
        var peer = Peer(of: .server)
        for second in stride(from: 0, through: 24, by: 8) {
            _ = peer.send(.to(.server, 1, "x"), at: .seconds(second))
        }
        #expect(peer.tick(at: .seconds(25)) == ping)
    }

    @Test func `a peer we talk to is pinged when it has been silent`() {
        var peer = Peer(of: .server)
        peer.machine.sent(now: peer.start + .seconds(20))
        #expect(peer.tick(at: .seconds(25)) == ping)
        #expect(peer.tick(at: .seconds(45)) == .heartbeatLost)
    }

    @Test func `talk in both directions needs no ping`() {
        var peer = Peer(of: .server)
        _ = peer.send(.to(.server, 1, "x"), at: .seconds(20))
        peer.machine.sent(now: peer.start + .seconds(21))
        #expect(peer.tick(at: .seconds(25)) == .wait(.seconds(20)))
    }

    @Test func `a client without heartbeat never pings`() {
        var limits = WebSocketLimits()
        limits.pingInterval = nil
        var peer = Peer(of: .client, limits: limits)
        #expect(peer.tick(at: .seconds(100_000)) == .wait(.seconds(30)))
    }

    @Test func `a client's ping is masked`() {
        var peer = Peer(of: .client)
        guard case .sendPing(let bytes) = peer.tick(at: .seconds(25)) else {
            Issue.record("no ping")
            return
        }
        let frame = RawFrame(reading: bytes)
        #expect(frame?.opcode == 9)
        #expect(frame?.key != nil)
    }
}

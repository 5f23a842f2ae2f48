import NIOCore
import Testing
import WebSocketWire

@Suite("Closing handshake, RFC 6455 §7") struct ClosingTests {
    private func payload(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
    }

    @Test(arguments: bothRoles)
    func `a close is answered with its code, then reported`(role: Role) {
        var peer = Peer(of: role)
        let seen = peer.send(.to(role, 8, payload(1001, "going")), .to(role, 1, "too late"))
        #expect(seen == [.sent(opcode: 8, payload: payload(1001)), .closed(1001, "going")])
        #expect(peer.send(.to(role, 1, "later still")) == [])
        #expect(peer.tick(at: .milliseconds(500)) == .wait(.milliseconds(1_500)))
        #expect(peer.tick(at: .seconds(2)) == .closeTransport)
    }

    @Test(arguments: bothRoles)
    func `a close without code is answered without code`(role: Role) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, 8)) == [.sent(opcode: 8, payload: []), .closed(nil, "")])
    }

    @Test(arguments: bothRoles)
    func `a payload of one byte, a bad code, a reason that is not UTF-8`(role: Role) {
        for (payload, failure) in [
            ([3], .failed(1002, "close payload of one byte")),
            (payload(1005), .failed(1002, "invalid close code")),
            (payload(999), .failed(1002, "invalid close code")),
            (payload(65_535), .failed(1002, "invalid close code")),
            (payload(1000) + [0xFF], .failed(1007, "close reason is not UTF-8")),
            (payload(1000) + [0xC3], .failed(1007, "close reason is not UTF-8")),
        ] as [([UInt8], Seen)] {
            var peer = Peer(of: role)
            #expect(peer.send(.to(role, 8, payload)) == [failure])
        }
    }

    @Test(arguments: bothRoles)
    func `we close, what comes then is ignored, the peer's close ends it`(role: Role) throws {
        var peer = Peer(of: role)
        _ = peer.send(.to(role, 1, "a half", fin: false))
        let frame = try #require(RawFrame(reading: peer.machine.close(.goingAway, reason: "bye", now: peer.start)))
        #expect(frame.opcode == 8)
        #expect(frame.payload == payload(1001, "bye"))
        #expect((frame.key != nil) == (role == .client))
        let late = peer.send(
            .to(role, 0, "other half"),
            .to(role, 9),
            .to(role, 10),
            .to(role, 1, [0xFF]),
            .to(role, 2, [UInt8](repeating: 0, count: 70_000))
        )
        #expect(late == [])
        #expect(peer.send(.to(role, 8, payload(1001)), .to(role, 1, "x")) == [.closed(1001, "")])
        #expect(peer.machine.close(.normal, reason: "", now: peer.start).readableBytes == 0)
    }

    @Test(arguments: bothRoles)
    func `both close at once`(role: Role) {
        var peer = Peer(of: role)
        peer.machine.receive(ByteBuffer(bytes: RawFrame.to(role, 8, payload(1000)).bytes), now: peer.start)
        #expect(peer.machine.close(.goingAway, reason: "", now: peer.start).readableBytes > 0)
        #expect(peer.drain() == [.closed(1000, "")])
    }

    @Test(arguments: bothRoles)
    func `no second close frame for a peer that breaks the protocol afterwards`(role: Role) {
        var peer = Peer(of: role)
        _ = peer.machine.close(.normal, reason: "", now: peer.start)
        peer.machine.receive(ByteBuffer(bytes: RawFrame.to(role, 3).bytes), now: peer.start)
        let action = peer.machine.nextAction()
        #expect(action == .fail(.protocolError, reason: "reserved opcode", send: ByteBuffer()))
    }

    @Test(arguments: bothRoles)
    func `a peer that does not answer is given two seconds from our close`(role: Role) {
        var peer = Peer(of: role)
        _ = peer.machine.close(.normal, reason: "", now: peer.start + .seconds(10))
        #expect(peer.send(.to(role, 1, "still talking"), at: .seconds(11)) == [])
        #expect(peer.tick(at: .seconds(11)) == .wait(.seconds(1)))
        #expect(peer.tick(at: .seconds(12)) == .closeTransport)
    }

    @Test(arguments: bothRoles)
    func `an answer that comes late does not prolong them`(role: Role) {
        var peer = Peer(of: role)
        _ = peer.machine.close(.normal, reason: "", now: peer.start)
        #expect(peer.send(.to(role, 8, payload(1000)), at: .seconds(1)) == [.closed(1000, "")])
        #expect(peer.tick(at: .seconds(2)) == .closeTransport)
    }

    @Test(arguments: bothRoles)
    func `a peer that was told its mistake is given two seconds`(role: Role) {
        var peer = Peer(of: role)
        _ = peer.send(.to(role, 3), at: .seconds(5))
        #expect(peer.tick(at: .seconds(5)) == .wait(.seconds(2)))
        #expect(peer.tick(at: .seconds(7)) == .closeTransport)
    }
}

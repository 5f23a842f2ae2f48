import NIOCore
import Testing
import WebSocketWire

@Suite("Ping and pong, RFC 6455 §5.5.2") struct ControlFrameTests {
    @Test(arguments: bothRoles, [0, 1, 125])
    func `a ping is answered with its payload`(role: Role, length: Int) {
        var peer = Peer(of: role)
        let payload = (0..<length).map { UInt8($0) }
        #expect(peer.send(.to(role, 9, payload)) == [.sent(opcode: 10, payload: payload)])
        #expect(peer.drip(RawFrame.to(role, 9, payload).bytes) == [.sent(opcode: 10, payload: payload)])
    }

    @Test(arguments: bothRoles)
    func `a pong nobody asked for is reported`(role: Role) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, 10, "x")) == [.pong(Array("x".utf8))])
    }

    @Test func `a client masks its pongs, a server does not`() throws {
        for role in bothRoles {
            var peer = Peer(of: role)
            peer.machine.receive(ByteBuffer(bytes: RawFrame.to(role, 9, "x").bytes), now: peer.start)
            guard case .send(let pong) = peer.machine.nextAction() else {
                Issue.record("no pong")
                return
            }
            #expect((RawFrame(reading: pong)?.key != nil) == (role == .client))
        }
    }
}

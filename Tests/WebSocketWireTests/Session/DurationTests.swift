import NIOCore
import Testing

@testable import WebSocketWire

@Suite("A peer that lets bytes drip") struct DurationTests {
    /// A machine without pings, whose other deadlines stand alone.
    private func peer(of role: Role) -> Peer {
        var limits = WebSocketLimits()
        limits.pingInterval = nil
        return Peer(of: role, limits: limits)
    }

    private func failure(_ tick: WebSocketMachine.Tick) -> Seen? {
        guard case .fail(let code, let reason, let bytes) = tick else { return nil }
        return Seen(.fail(code, reason: reason, send: bytes))
    }

    @Test(arguments: bothRoles, [1, 2, 3, 6])
    func `has 30 s for a frame, from its first byte`(role: Role, length: Int) {
        var peer = peer(of: role)
        let frame = RawFrame.to(role, 1, "hello").bytes
        _ = peer.send(Array(frame.prefix(1)), at: .seconds(7))
        for (place, byte) in frame.prefix(length).enumerated().dropFirst() {
            _ = peer.send([byte], at: .seconds(7 + place))
        }
        #expect(peer.tick(at: .seconds(36)) == .wait(.seconds(1)))
        #expect(failure(peer.tick(at: .seconds(37))) == .failed(1008, "frame took too long"))
        #expect(peer.tick(at: .seconds(38)) == .wait(.seconds(1)))
        #expect(peer.tick(at: .seconds(39)) == .closeTransport)
        #expect(peer.send(Array(frame.dropFirst(length)), at: .seconds(38)) == [])
    }

    @Test(arguments: bothRoles)
    func `has 30 s for a control frame`(role: Role) {
        var peer = peer(of: role)
        _ = peer.send(Array(RawFrame.to(role, 9, "hello").bytes.dropLast()))
        #expect(failure(peer.tick(at: .seconds(30))) == .failed(1008, "frame took too long"))
    }

    @Test(arguments: bothRoles)
    func `has 60 s for a message, from its first byte`(role: Role) {
        var peer = peer(of: role)
        _ = peer.send(.to(role, 1, "a", fin: false), at: .seconds(1))
        #expect(peer.tick(at: .seconds(1)) == .wait(.seconds(30)))
        _ = peer.send(.to(role, 0, "b", fin: false), at: .seconds(59))
        #expect(peer.tick(at: .seconds(60)) == .wait(.seconds(1)))
        #expect(failure(peer.tick(at: .seconds(61))) == .failed(1008, "message took too long"))
    }

    @Test(arguments: bothRoles)
    func `owes nothing once frame and message are whole`(role: Role) {
        var peer = peer(of: role)
        let frame = RawFrame.to(role, 1, "hello").bytes
        for cut in 1..<frame.count {
            _ = peer.send(Array(frame.prefix(cut)), at: .seconds(cut))
            #expect(peer.send(Array(frame.dropFirst(cut)), at: .seconds(cut)) == [.text("hello")])
        }
        let ping = RawFrame.to(role, 9, "hello").bytes
        _ = peer.send(Array(ping.prefix(3)), at: .seconds(20))
        #expect(peer.send(Array(ping.dropFirst(3)), at: .seconds(20)).count == 1)
        #expect(peer.tick(at: .seconds(1_000)) == .wait(.seconds(30)))
        _ = peer.send(.to(role, 2, fin: false), .to(role, 9), .to(role, 0), at: .seconds(20))
        #expect(peer.tick(at: .seconds(1_000)) == .wait(.seconds(30)))
    }

    @Test(arguments: bothRoles)
    func `a tick after each named wait is never late`(role: Role) {
        var peer = peer(of: role)
        #expect(peer.tick(at: .seconds(100)) == .wait(.seconds(30)))
        _ = peer.send([0x81], at: .seconds(101))
        #expect(peer.tick(at: .seconds(130)) == .wait(.seconds(1)))
        #expect(failure(peer.tick(at: .seconds(131))) != nil)
    }

    @Test func `moments keep order and whole milliseconds`() {
        let moment = Moment(.milliseconds(1_234_567))
        #expect((moment + .seconds(25)).wait(since: moment) == .seconds(25))
        for milliseconds in 1...2_000 {
            let later = moment + .milliseconds(milliseconds)
            #expect(later.wait(since: moment) == .milliseconds(milliseconds))
            #expect(Moment(.milliseconds(1_234_567 + milliseconds)) >= later)
        }
        #expect((moment + .nanoseconds(10)).wait(since: moment) == .milliseconds(1))
        #expect(Moment.never + .seconds(1) == .never)
        #expect(moment.wait(since: moment + .seconds(1)) == .zero)
        #expect(Moment(.seconds(1_000_000_000)) < .never)
    }
}

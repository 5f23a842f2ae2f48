import NIOCore
import Testing
import WebSocketWire

@Suite("Limits on messages, R9") struct LimitTests {
    private var limits: WebSocketLimits {
        var limits = WebSocketLimits()
        limits.textBytes = 5_000
        limits.binaryBytes = 6_000
        limits.messageBytes = 10_000
        limits.fragments = 4
        return limits
    }

    @Test(arguments: bothRoles)
    func `the largest are delivered, one byte more is thrown away, and the connection lives`(role: Role) {
        var peer = Peer(of: role, limits: limits)
        let text = (0..<5_001).map { UInt8(0x61 + $0 % 26) }
        let bytes = (0..<6_001).map { UInt8(truncatingIfNeeded: $0) }
        #expect(
            peer.send(.to(role, 1, Array(text.dropLast()))) == [.text(String(decoding: text.dropLast(), as: UTF8.self))]
        )
        #expect(peer.send(.to(role, 2, Array(bytes.dropLast()))) == [.binary(Array(bytes.dropLast()))])
        let seen = peer.send(.to(role, 1, text), .to(role, 2, bytes), .to(role, 1, "on we go"))
        #expect(
            seen == [
                .discarded(.text, size: 5_001, opening: Array(text.prefix(4_096))),
                .discarded(.binary, size: 6_001, opening: Array(bytes.prefix(4_096))),
                .text("on we go"),
            ]
        )
    }

    /// CVE-2026-33219, GHSA-pf94-94m9-536p.
    @Test(arguments: bothRoles)
    func `the sum over fragments counts`(role: Role) {
        let part = [UInt8](repeating: 0x61, count: 3_000)
        var thrownAway = Peer(of: role, limits: limits)
        #expect(
            thrownAway.send(.to(role, 1, part, fin: false), .to(role, 0, part, fin: false), .to(role, 0, part))
                == [.discarded(.text, size: 9_000, opening: [UInt8](repeating: 0x61, count: 4_096))]
        )
        var refused = Peer(of: role, limits: limits)
        let seen = refused.send(
            .to(role, 2, part, fin: false),
            .to(role, 0, part, fin: false),
            .to(role, 0, part, fin: false),
            .to(role, 0, part)
        )
        #expect(seen == [.failed(1009, "message too big")])
    }

    @Test(arguments: bothRoles)
    func `above the message limit it ends with 1009 at the header`(role: Role) {
        var frame = RawFrame.to(role, 1)
        frame.declared = 10_000
        var atLimit = Peer(of: role, limits: limits)
        #expect(atLimit.send(frame) == [])
        frame.declared = 10_001
        var above = Peer(of: role, limits: limits)
        #expect(above.send(frame) == [.failed(1009, "message too big")])
    }

    /// CVE-2026-48779.
    @Test(arguments: bothRoles)
    func `fragments are counted, empty ones too`(role: Role) {
        var allowed = Peer(of: role, limits: limits)
        let empty = RawFrame.to(role, 0, fin: false)
        #expect(allowed.send(.to(role, 1, fin: false), empty, empty, .to(role, 0)) == [.text("")])
        var refused = Peer(of: role, limits: limits)
        #expect(
            refused.send(.to(role, 1, fin: false), empty, empty, empty, empty)
                == [.failed(1008, "too many fragments")]
        )
    }

    @Test(arguments: bothRoles)
    func `limits that change hold from the next frame on`(role: Role) {
        var limits = limits
        limits.textBytes = 4
        var peer = Peer(of: role, limits: limits)
        #expect(peer.send(.to(role, 1, "12345")) == [.discarded(.text, size: 5, opening: Array("12345".utf8))])
        peer.machine.limits.textBytes = 5
        #expect(peer.send(.to(role, 1, "12345")) == [.text("12345")])
        _ = peer.send(.to(role, 1, "12345", fin: false))
        peer.machine.limits.messageBytes = 3
        #expect(peer.send(.to(role, 0)) == [.failed(1009, "message too big")])
    }

    @Test(arguments: bothRoles)
    func `a flood of control frames ends with 1008, the allowed rate does not`(role: Role) {
        let pings = (0..<100).flatMap { _ in RawFrame.to(role, 9).bytes }
        var steady = Peer(of: role)
        for second in 0..<5 {
            let seen = steady.send(pings, at: .seconds(second))
            #expect(seen == [Seen](repeating: .sent(opcode: 10, payload: []), count: 100))
        }
        var flood = Peer(of: role)
        _ = flood.send(pings)
        #expect(flood.send(.to(role, 10), at: .milliseconds(999)) == [.failed(1008, "too many control frames")])
    }

    @Test(.tags(.property), arguments: bothRoles)
    func `a large message in very many fragments arrives whole`(role: Role) {
        var limits = WebSocketLimits()
        limits.binaryBytes = 4 << 20
        limits.messageBytes = 4 << 20
        limits.fragments = 200_000
        var peer = Peer(of: role, limits: limits)
        var bytes = RawFrame.to(role, 2, [7], fin: false).bytes
        for place in 1..<100_000 { bytes += RawFrame.to(role, 0, [7, 7, 7], fin: place == 99_999).bytes }
        #expect(peer.send(bytes) == [.binary([UInt8](repeating: 7, count: 1 + 3 * 99_999))])
    }
}

import NIOCore
import Testing
import WebSocketWire

@Suite("What ends the connection with 1002") struct FramingErrorTests {
    @Test(arguments: bothRoles)
    func `a mask where there must be none, and none where there must be one`(role: Role) {
        var frame = RawFrame.to(role, 1, "x")
        frame.key = role == .server ? nil : [1, 2, 3, 4]
        var peer = Peer(of: role)
        #expect(peer.send(frame) == [.failed(1002, role == .server ? "frame is not masked" : "frame is masked")])
    }

    @Test(arguments: bothRoles, 1...7 as ClosedRange<UInt8>)
    func `reserved bits`(role: Role, bits: UInt8) {
        for opcode in [1, 2, 8, 9, 10] as [UInt8] {
            var frame = RawFrame.to(role, opcode)
            frame.reserved = bits
            var peer = Peer(of: role)
            #expect(peer.send(frame) == [.failed(1002, "reserved bit set")], "opcode \(opcode)")
        }
    }

    @Test(arguments: bothRoles, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8])
    func `reserved opcodes`(role: Role, opcode: UInt8) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, opcode)) == [.failed(1002, "reserved opcode")])
    }

    @Test(arguments: bothRoles, [8, 9, 10] as [UInt8])
    func `control frames of 126 bytes, and in fragments`(role: Role, opcode: UInt8) {
        var long = Peer(of: role)
        let payload = [UInt8](repeating: 0, count: 126)
        #expect(long.send(.to(role, opcode, payload)) == [.failed(1002, "control frame over 125 bytes")])
        var fragment = Peer(of: role)
        #expect(fragment.send(.to(role, opcode, fin: false)) == [.failed(1002, "fragmented control frame")])
    }

    @Test(arguments: bothRoles, [(0, 2), (125, 2), (0, 8), (126, 8), (65_535, 8)] as [(Int, Int)])
    func `lengths that are not in their shortest form`(role: Role, length: (Int, Int)) {
        var frame = RawFrame.to(role, 2, [UInt8](repeating: 0, count: length.0))
        frame.lengthForm = length.1
        var peer = Peer(of: role)
        #expect(peer.send(frame) == [.failed(1002, "length is not in its shortest form")])
    }

    /// CVE-2026-27889, CVE-2026-1528.
    @Test(arguments: bothRoles, [1 << 63, .max, 1 << 63 | 5] as [UInt64])
    func `a length with its highest bit set`(role: Role, length: UInt64) {
        var frame = RawFrame.to(role, 2)
        frame.declared = length
        var peer = Peer(of: role)
        #expect(peer.send(frame) == [.failed(1002, "length has its highest bit set")])
    }

    @Test(arguments: bothRoles, [UInt64(Int64.max), 1 << 32, 1 << 24 | 1] as [UInt64])
    func `a huge length is too big before any of it came`(role: Role, length: UInt64) {
        var frame = RawFrame.to(role, 2)
        frame.declared = length
        var peer = Peer(of: role)
        #expect(peer.send(frame) == [.failed(1009, "message too big")])
    }

    @Test(arguments: bothRoles)
    func `a continuation of nothing`(role: Role) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, 0, "x")) == [.failed(1002, "continuation without a message")])
        var after = Peer(of: role)
        #expect(
            after.send(.to(role, 1, "a"), .to(role, 0, "b", fin: false))
                == [.text("a"), .failed(1002, "continuation without a message")]
        )
    }

    @Test(arguments: bothRoles, [1, 2] as [UInt8])
    func `a message inside a message`(role: Role, opcode: UInt8) {
        var peer = Peer(of: role)
        #expect(
            peer.send(.to(role, 1, "a", fin: false), .to(role, opcode, "b"))
                == [.failed(1002, "new message inside a message")]
        )
    }

    @Test(arguments: bothRoles)
    func `nothing is read after a failure`(role: Role) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, 3), .to(role, 1, "x")).count == 1)
        #expect(peer.send(.to(role, 1, "x")) == [])
        #expect(peer.machine.close(.normal, reason: "", now: peer.start).readableBytes == 0)
    }
}

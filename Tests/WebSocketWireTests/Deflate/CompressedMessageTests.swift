import NIOCore
import Testing
import WebSocketWire

@Suite("Compressed messages, RFC 7692 §6, §7.2") struct CompressedMessageTests {
    /// "Hello", compressed.
    private static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

    /// The RFC's own examples, §7.2.3.
    @Test(
        arguments: bothRoles,
        [
            hello,
            [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
            [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
            // A last block that nothing stands behind.
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
        ] as [[UInt8]]
    )
    func `are read whole, dripping, and in fragments`(role: Role, payload: [UInt8]) {
        var whole = Peer(of: role, deflates: true)
        #expect(whole.send(.compressed(to: role, 1, payload)) == [.text("Hello")])
        var dripping = Peer(of: role, deflates: true)
        #expect(dripping.drip(RawFrame.compressed(to: role, 1, payload).bytes) == [.text("Hello")])
        for cut in 0...payload.count {
            var peer = Peer(of: role, deflates: true)
            let seen = peer.send(
                .compressed(to: role, 1, Array(payload[..<cut]), fin: false),
                .to(role, 9, "between"),
                .to(role, 0, Array(payload[cut...]))
            )
            #expect(seen == [.sent(opcode: 10, payload: Array("between".utf8)), .text("Hello")])
        }
    }

    @Test(arguments: bothRoles, [[0x00], [0x02, 0x00], [0x03, 0x00], []] as [[UInt8]])
    func `may be empty`(role: Role, payload: [UInt8]) {
        var peer = Peer(of: role, deflates: true)
        #expect(peer.send(.compressed(to: role, 1, payload)) == [.text("")])
        #expect(peer.send(.compressed(to: role, 2, payload)) == [.binary([])])
    }

    @Test(arguments: bothRoles)
    func `stand beside others that are not compressed, each by itself`(role: Role) {
        var peer = Peer(of: role, deflates: true)
        let seen = peer.send(
            .compressed(to: role, 1, Self.hello),
            .to(role, 1, "plain"),
            .to(role, 1, "in ", fin: false),
            .to(role, 0, "parts"),
            .compressed(to: role, 2, Self.hello)
        )
        #expect(seen == [.text("Hello"), .text("plain"), .text("in parts"), .binary(Array("Hello".utf8))])
    }

    @Test(arguments: bothRoles)
    func `nothing of the message before is known to the next`(role: Role) {
        var peer = Peer(of: role, deflates: true)
        // §7.2.3.2: the second one of two, compressed with the first one in the window.
        let later: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]
        #expect(peer.send(.compressed(to: role, 1, Self.hello)) == [.text("Hello")])
        #expect(peer.send(.compressed(to: role, 1, later)) == [.failed(1007, "compressed data cannot be read")])
    }

    @Test(arguments: bothRoles, [0, 8, 9, 10] as [UInt8])
    func `the bit stands at a message's first frame and nowhere else`(role: Role, opcode: UInt8) {
        var peer = Peer(of: role, deflates: true)
        var frames: [UInt8] = []
        if opcode == 0 { frames += RawFrame.compressed(to: role, 1, Self.hello, fin: false).bytes }
        frames += RawFrame.compressed(to: role, opcode, []).bytes
        #expect(peer.send(frames) == [.failed(1002, "reserved bit set")])
    }

    @Test(arguments: bothRoles, [5, 6, 7, 2, 1] as [UInt8])
    func `the other reserved bits mean nothing`(role: Role, bits: UInt8) {
        var frame = RawFrame.to(role, 1, Self.hello)
        frame.reserved = bits
        var peer = Peer(of: role, deflates: true)
        #expect(peer.send(frame) == [.failed(1002, "reserved bit set")])
    }

    @Test(arguments: bothRoles)
    func `are refused where nothing was agreed upon`(role: Role) {
        var peer = Peer(of: role)
        #expect(peer.send(.compressed(to: role, 1, Self.hello)) == [.failed(1002, "reserved bit set")])
    }

    @Test(arguments: bothRoles)
    func `text is UTF-8 when it is inflated`(role: Role) {
        // Stored blocks: C3 28 is no character, C3 alone none yet.
        for bytes in [[0xC3, 0x28], [0xC3]] as [[UInt8]] {
            let payload = [0x00, UInt8(bytes.count), 0x00, ~UInt8(bytes.count), 0xFF] + bytes + [0x00]
            var text = Peer(of: role, deflates: true)
            #expect(text.send(.compressed(to: role, 1, payload)) == [.failed(1007, "text is not UTF-8")])
            var binary = Peer(of: role, deflates: true)
            #expect(binary.send(.compressed(to: role, 2, payload)) == [.binary(bytes)])
        }
    }

    /// CVE-2022-3252, CVE-2026-28975.
    @Test(arguments: bothRoles)
    func `what cannot be inflated ends the connection`(role: Role) {
        let bad: [[UInt8]] = [
            [0xFF],
            [0x07],
            // Cut off, inside of a block and of a stored one's length.
            Array(Self.hello.dropLast(2)),
            [0x00, 0x05, 0x00],
            // A stored block whose length does not agree with its complement.
            [0x00, 0x05, 0x00, 0xFA, 0xFE, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
            // What follows a last block is no block.
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0xFF],
        ]
        for payload in bad {
            var whole = Peer(of: role, deflates: true)
            let failed: [Seen] = [.failed(1007, "compressed data cannot be read")]
            #expect(whole.send(.compressed(to: role, 2, payload)) == failed, "\(payload)")
            var dripping = Peer(of: role, deflates: true)
            #expect(dripping.drip(RawFrame.compressed(to: role, 2, payload).bytes) == failed, "\(payload)")
        }
    }

    @Test(arguments: bothRoles)
    func `are not read once we are closing`(role: Role) {
        var peer = Peer(of: role, deflates: true)
        _ = peer.machine.close(.normal, reason: "", now: peer.start)
        #expect(peer.send(.compressed(to: role, 2, [0xFF]), .to(role, 8)) == [.closed(nil, "")])
    }
}

import NIOCore
import Testing
import WebSocketWire

@Suite("Messages, RFC 6455 §5.4–§5.6") struct MessageTests {
    @Test(arguments: bothRoles)
    func `text and bytes, empty ones too`(role: Role) {
        var peer = Peer(of: role)
        let seen = peer.send(.to(role, 1, "Grüße 😀"), .to(role, 2, [0, 255]), .to(role, 1), .to(role, 2))
        #expect(seen == [.text("Grüße 😀"), .binary([0, 255]), .text(""), .binary([])])
    }

    @Test(arguments: bothRoles)
    func `fragments are joined, with pings between them answered at once`(role: Role) {
        var peer = Peer(of: role)
        let seen = peer.send(
            .to(role, 1, "Hel", fin: false),
            .to(role, 9, "1"),
            .to(role, 0, fin: false),
            .to(role, 10, "2"),
            .to(role, 0, "lo"),
            .to(role, 1, "next")
        )
        #expect(
            seen == [
                .sent(opcode: 10, payload: Array("1".utf8)), .pong(Array("2".utf8)), .text("Hello"), .text("next"),
            ]
        )
    }

    @Test(arguments: bothRoles)
    func `a message of empty fragments is empty`(role: Role) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, 1, fin: false), .to(role, 0, fin: false), .to(role, 0)) == [.text("")])
    }

    @Test(arguments: bothRoles)
    func `a character may be cut by fragments and reads`(role: Role) {
        let smile = Array("😀".utf8)
        var peer = Peer(of: role)
        let bytes = smile.enumerated().flatMap { place, byte in
            RawFrame.to(role, place == 0 ? 1 : 0, [byte], fin: place == 3).bytes
        }
        #expect(peer.send(bytes) == [.text("😀")])
        #expect(peer.drip(bytes) == [.text("😀")])
    }

    @Test func `whole messages of one read share its memory`() throws {
        var peer = Peer(of: .client)
        let bytes = ByteBuffer(
            bytes: RawFrame.to(.client, 2, [1, 2, 3]).bytes + RawFrame.to(.client, 2, [4, 5, 6]).bytes
        )
        let memory = bytes.withVeryUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        peer.machine.receive(bytes, now: peer.start)
        for place in [2, 7] as [UInt] {
            guard case .message(_, let message) = peer.machine.nextAction() else {
                Issue.record("no message")
                return
            }
            #expect(message.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) } == memory + place)
        }
    }

    @Test func `messages taken from a read stay as they are when more of it is read`() {
        var peer = Peer(of: .server)
        let bytes = ByteBuffer(bytes: (0..<3).flatMap { RawFrame.to(.server, 1, "message \($0)").bytes })
        peer.machine.receive(bytes, now: peer.start)
        var kept: [WebSocketMachine.Action] = []
        while let action = peer.machine.nextAction() { kept.append(action) }
        #expect(kept.map(Seen.init) == (0..<3).map { .text("message \($0)") })
        // Unmasking in place must not be seen by others who hold the read buffer.
        #expect(Array(bytes.readableBytesView.prefix(15)) == RawFrame.to(.server, 1, "message 0").bytes)
    }

    @Test(arguments: bothRoles)
    func `bytes that come while others wait are read after them`(role: Role) {
        var peer = Peer(of: role)
        let bytes = (0..<40).flatMap { RawFrame.to(role, 1, "message \($0)").bytes }
        var seen: [Seen] = []
        for start in stride(from: 0, to: bytes.count, by: 50) {
            peer.machine.receive(ByteBuffer(bytes: bytes[start..<min(start + 50, bytes.count)]), now: peer.start)
            if let action = peer.machine.nextAction() { seen.append(Seen(action)) }
        }
        seen += peer.drain()
        #expect(seen == (0..<40).map { .text("message \($0)") })
    }
}

import NIOCore
import Testing

@testable import WebSocketWire

@Suite("What a machine holds") struct MemoryTests {
    @Test func `itself in less than 200 bytes`() {
        #expect(MemoryLayout<WebSocketMachine>.size < 200)
    }

    @Test(arguments: bothRoles)
    func `nothing else after whole messages, although a large buffer brought them`(role: Role) {
        var peer = Peer(of: role)
        _ = peer.send(.to(role, 2, [UInt8](repeating: 0, count: 50_000)), .to(role, 9, "x"))
        #expect(peer.machine.input.storageCapacity == 0)
    }

    @Test(arguments: bothRoles)
    func `a few bytes while a header is not complete`(role: Role) {
        var peer = Peer(of: role)
        let bytes = RawFrame.to(role, 2, [UInt8](repeating: 0, count: 50_000)).bytes + [0x82]
        #expect(peer.send(bytes).count == 1)
        #expect(peer.machine.input.readableBytes == 1)
        #expect(peer.machine.input.storageCapacity <= 256)
    }

    /// CVE-2026-5740.
    @Test(arguments: bothRoles)
    func `as much as came, not as much as was announced`(role: Role) {
        var limits = WebSocketLimits()
        limits.binaryBytes = 32 << 20
        limits.messageBytes = 32 << 20
        var peer = Peer(of: role, limits: limits)
        var frame = RawFrame.to(role, 2, [1, 2, 3])
        frame.declared = 32 << 20
        _ = peer.send(frame)
        #expect(peer.machine.input.storageCapacity == 0)
        #expect(peer.machine.message.heldBytes <= 16)
    }

    @Test(arguments: bothRoles)
    func `the opening alone of a message that is thrown away`(role: Role) {
        var limits = WebSocketLimits()
        limits.textBytes = 50_000
        var peer = Peer(of: role, limits: limits)
        let part = [UInt8](repeating: 0x61, count: 50_000)
        _ = peer.send(.to(role, 1, part, fin: false))
        #expect(peer.machine.message.heldBytes >= 50_000)
        _ = peer.send(.to(role, 0, part, fin: false))
        #expect(peer.machine.message.heldBytes <= 4_096)
    }

    @Test(arguments: bothRoles)
    func `nothing of a message once the connection is closing`(role: Role) {
        var peer = Peer(of: role)
        _ = peer.send(.to(role, 2, [UInt8](repeating: 0, count: 5_000), fin: false))
        _ = peer.machine.close(.normal, reason: "", now: peer.start)
        _ = peer.send(.to(role, 0, [UInt8](repeating: 0, count: 5_000), fin: false))
        #expect(peer.machine.message.heldBytes == 0)
    }

    @Test func `no more when a caller never drains it quite`() {
        var peer = Peer(of: .server)
        let frame = ByteBuffer(bytes: RawFrame.to(.server, 2, [UInt8](repeating: 0, count: 100)).bytes)
        peer.machine.receive(frame, now: peer.start)
        for _ in 0..<10_000 {
            peer.machine.receive(frame, now: peer.start)
            #expect(peer.machine.nextAction() != nil)
        }
        #expect(peer.machine.input.storageCapacity < 4_096)
    }
}

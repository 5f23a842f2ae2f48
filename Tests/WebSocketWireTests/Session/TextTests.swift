import Testing
import WebSocketWire

@Suite("Text that is not UTF-8 ends with 1007") struct TextTests {
    static let invalid: [[UInt8]] = [
        [0x80], [0xC0, 0xAF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF],
        Array("0123456789 0123456789 0123456789 0123456789".utf8) + [0xFE],
    ]

    @Test(arguments: bothRoles, invalid)
    func `whole`(role: Role, bytes: [UInt8]) {
        var peer = Peer(of: role)
        #expect(peer.send(.to(role, 1, bytes)) == [.failed(1007, "text is not UTF-8")])
        var binary = Peer(of: role)
        #expect(binary.send(.to(role, 2, bytes)) == [.binary(bytes)])
    }

    @Test(arguments: bothRoles, [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func `ending inside a character`(role: Role, bytes: [UInt8]) {
        var whole = Peer(of: role)
        #expect(whole.send(.to(role, 1, bytes)) == [.failed(1007, "text is not UTF-8")])
        var fragments = Peer(of: role)
        #expect(fragments.send(.to(role, 1, bytes, fin: false)) == [])
        #expect(fragments.send(.to(role, 0)) == [.failed(1007, "text is not UTF-8")])
    }

    @Test(arguments: bothRoles, invalid)
    func `as soon as it cannot become valid, before the frame is there`(role: Role, bytes: [UInt8]) {
        var peer = Peer(of: role)
        let frame = RawFrame.to(role, 1, bytes + [UInt8](repeating: 0x61, count: 100), fin: false).bytes
        let header = frame.count - bytes.count - 100
        #expect(peer.send(Array(frame.prefix(header + bytes.count))) == [.failed(1007, "text is not UTF-8")])
    }

    @Test(arguments: bothRoles)
    func `also in a message too large to be delivered`(role: Role) {
        var limits = WebSocketLimits()
        limits.textBytes = 10
        var peer = Peer(of: role, limits: limits)
        let text = [UInt8](repeating: 0x61, count: 5_000) + [0xFF]
        #expect(peer.send(.to(role, 1, text)) == [.failed(1007, "text is not UTF-8")])
    }
}

import NIOCore
import TestSupport
import Testing

@testable import WebSocketWire

@Suite("The limits of messages hold for what they inflate to (R9)") struct BombTests {
    /// So many letters, compressed a thousandfold.
    private func bomb(_ bytes: Int) throws -> [UInt8] {
        let letters = ByteBuffer(repeating: 0x61, count: bytes)
        let payload = try #require(Deflater(threshold: 0).deflate(letters, windowBits: 15))
        #expect(payload.readableBytes < bytes / 500)
        return Array(payload.readableBytesView)
    }

    /// CVE-2026-27571, CVE-2026-39804, CVE-2026-1526, CVE-2016-10544.
    @Test(arguments: [(1 << 16, false), (1 << 16 + 1, true), (1 << 20, true)])
    func `a text above 64 KiB is read and thrown away`(size: Int, isTooLarge: Bool) throws {
        let payload = try bomb(size)
        let opening = [UInt8](repeating: 0x61, count: 4_096)
        let expected: Seen =
            isTooLarge
            ? .discarded(.text, size: size, opening: opening) : .text(String(repeating: "a", count: size))
        var whole = Peer(of: .server, deflates: true)
        #expect(whole.send(.compressed(to: .server, 1, payload)) == [expected])
        var cut = Peer(of: .server, deflates: true)
        let half = payload.count / 2
        let seen = cut.send(
            .compressed(to: .server, 1, Array(payload[..<half]), fin: false),
            .to(.server, 0, Array(payload[half...]))
        )
        #expect(seen == [expected])
        #expect(whole.send(.to(.server, 1, "it lives")) == [.text("it lives")])
    }

    /// CVE-2026-27571, CVE-2026-39804, CVE-2026-1526, CVE-2016-10544.
    @Test func `above a mebibyte the connection ends, and nothing is inflated beyond it`() throws {
        let inflater = Inflater()
        let payload = try bomb(64 << 20)
        #expect(payload.count < 70_000)
        var peer = Peer(of: .server)
        peer.machine.inflater = inflater
        peer.machine.limits.textBytes = 1 << 20
        #expect(peer.send(.compressed(to: .server, 1, payload)) == [.failed(1009, "message too big")])
        #expect(inflater.takeTotals().plainBytes <= 1 << 20 + 16 * 1024)
        #expect(peer.machine.message.heldBytes == 0)
    }

    @Test func `text that is no text is found in what is thrown away too`() throws {
        var bytes = ByteBuffer(repeating: 0x61, count: 100_000)
        bytes.writeInteger(0xFF as UInt8)
        let payload = try #require(Deflater(threshold: 0).deflate(bytes, windowBits: 15))
        var peer = Peer(of: .server, deflates: true)
        let frame = RawFrame.compressed(to: .server, 1, Array(payload.readableBytesView))
        #expect(peer.send(frame) == [.failed(1007, "text is not UTF-8")])
    }

    @Test func `no more is kept of a message on its way than of one that is not compressed`() {
        var peer = Peer(of: .server, deflates: true)
        // Stored blocks of nothing, without end: they inflate to nothing.
        let nothing = [UInt8](Array(repeating: [0x00, 0x00, 0x00, 0xFF, 0xFF], count: 6_000).joined())
        var most = 0
        _ = peer.send(.compressed(to: .server, 1, nothing, fin: false))
        for _ in 0..<20 {
            #expect(peer.send(.to(.server, 0, nothing, fin: false)) == [])
            most = max(most, peer.machine.message.heldBytes)
        }
        #expect(most <= 128 * 1024)
        #expect(peer.machine.message.heldBytes <= 4_096)
        // Larger than any text that would be handed over: its size is told as it came.
        #expect(peer.send(.to(.server, 0, nothing)) == [.discarded(.text, size: 22 * 30_000, opening: [])])
    }

    @Test func `the opening of a compressed message that is thrown away is inflated`() throws {
        var random = SeededGenerator(seed: 7)
        let start = #"{"id":"m-1","data":""#
        let text = Array(start.utf8) + random.bytes(400_000).map { 0x20 + $0 % 0x5E }
        let payload = try #require(Deflater(threshold: 0).deflate(ByteBuffer(bytes: text), windowBits: 15))
        #expect(payload.readableBytes > 80_000)
        var peer = Peer(of: .server, deflates: true)
        let seen = peer.send(.compressed(to: .server, 1, Array(payload.readableBytesView)))
        #expect(seen.count == 1)
        #expect(
            seen.first
                == .discarded(.text, size: payload.readableBytes, opening: Array(text.prefix(4_096)))
        )
    }

    @Test func `too many fragments, and too many compressed bytes`() {
        var fragments = Peer(of: .server, deflates: true)
        fragments.machine.limits.fragments = 2
        let seen = fragments.send(
            .compressed(to: .server, 1, [], fin: false),
            .to(.server, 0, "", fin: false),
            .to(.server, 0, "")
        )
        #expect(seen == [.failed(1008, "too many fragments")])
        var bytes = Peer(of: .server, deflates: true)
        var frame = RawFrame.compressed(to: .server, 2, [])
        frame.declared = 1 << 20 + 1
        #expect(bytes.send(frame) == [.failed(1009, "message too big")])
    }

    @Test func `a machine that takes compressed messages holds no more while idle`() {
        var peer = Peer(of: .server, deflates: true)
        _ = peer.send(.compressed(to: .server, 1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]))
        #expect(peer.machine.input.storageCapacity == 0)
        #expect(peer.machine.message.heldBytes == 0)
    }
}

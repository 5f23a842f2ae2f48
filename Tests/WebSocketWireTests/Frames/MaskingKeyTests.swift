import TestSupport
import Testing

@testable import WebSocketWire

@Suite("Masking, RFC 6455 §5.3") struct MaskingKeyTests {
    @Test(.tags(.property), arguments: 0..<50 as Range<UInt64>)
    func `words and single bytes give the same, from any place in the key`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let plain = random.bytes(.random(in: 0...200, using: &random))
        let keyBytes = random.bytes(4)
        var masked = plain
        var key = MaskingKey(bits: keyBytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
        var offset = 0
        while offset < plain.count {
            let end = Int.random(in: (offset + 1)...plain.count, using: &random)
            masked.withUnsafeMutableBytes { key.apply(to: UnsafeMutableRawBufferPointer(rebasing: $0[offset..<end])) }
            key.advance(by: end - offset)
            offset = end
        }
        #expect(masked == plain.enumerated().map { $0.element ^ keyBytes[$0.offset % 4] })
    }

    @Test func `the RFC's sample unmasks to Hello`() {
        var peer = Peer(of: .server)
        let sample: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(peer.send(sample) == [.text("Hello")])
    }
}

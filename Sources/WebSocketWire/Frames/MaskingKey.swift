/// The mask of client frames: every byte XORed with one of the four key bytes in turn.
///
/// RFC 6455 §5.3. The key is kept as a number whose lowest byte masks the next byte of payload.
struct MaskingKey: Hashable {
    private(set) var bits: UInt32

    /// From the four bytes of a frame header, first byte lowest.
    init(bits: UInt32) { self.bits = bits }

    static func random() -> MaskingKey { MaskingKey(bits: .random(in: .min ... .max)) }

    /// Moves the key past `count` bytes of payload.
    mutating func advance(by count: Int) {
        let shift = UInt32(truncatingIfNeeded: count & 3) &* 8
        bits = shift == 0 ? bits : (bits >> shift) | (bits << (32 &- shift))
    }

    /// Masks or unmasks in place, 32 bytes at a time where there are as many.
    ///
    /// All offsets come from the loop bounds, never from the wire: `offset + width <= count` holds at every access.
    /// `littleEndian` puts the key's lowest byte first in memory on every machine.
    func apply(to bytes: UnsafeMutableRawBufferPointer) {
        let word = (UInt64(bits) | UInt64(bits) << 32).littleEndian
        let words = SIMD4<UInt64>(repeating: word)
        let count = bytes.count
        var offset = 0
        while offset &+ 32 <= count {
            let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self) ^ words
            bytes.storeBytes(of: block, toByteOffset: offset, as: SIMD4<UInt64>.self)
            offset &+= 32
        }
        while offset &+ 8 <= count {
            let block = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ word
            bytes.storeBytes(of: block, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        var rest = bits
        while offset < count {
            bytes[offset] ^= UInt8(truncatingIfNeeded: rest)
            rest = (rest >> 8) | (rest << 24)
            offset &+= 1
        }
    }
}

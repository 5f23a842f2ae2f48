/// Whether bytes that come in pieces are UTF-8, told at the first byte that cannot be.
///
/// RFC 6455 §8.1, RFC 3629 §4 (no overlong forms, no surrogates, nothing above U+10FFFF). The whole state is how many
/// continuation bytes are due and which range the next one must be in; only the byte after a lead byte has a range that
/// is not 80…BF. Runs of ASCII are passed over 32 bytes at a time.
struct UTF8Checker: Hashable {
    private var due: UInt8 = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// Whether the bytes so far end with a whole character.
    var isComplete: Bool { due == 0 }

    /// False as soon as the bytes can no longer become valid; the checker is of no use afterwards.
    mutating func check(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = bytes.count
        var offset = 0
        while offset < count {
            let byte = bytes[offset]
            if due > 0 {
                guard low <= byte, byte <= high else { return false }
                due &-= 1
                low = 0x80
                high = 0xBF
                offset &+= 1
            } else if byte < 0x80 {
                offset = Self.endOfASCII(in: bytes, from: offset &+ 1)
            } else {
                guard lead(byte) else { return false }
                offset &+= 1
            }
        }
        return true
    }

    /// Takes the first byte of a character of several bytes.
    private mutating func lead(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: due = 1
        case 0xE0: (due, low) = (2, 0xA0)
        case 0xE1...0xEC, 0xEE...0xEF: due = 2
        case 0xED: (due, high) = (2, 0x9F)
        case 0xF0: (due, low) = (3, 0x90)
        case 0xF1...0xF3: due = 3
        case 0xF4: (due, high) = (3, 0x8F)
        default: return false
        }
        return true
    }

    /// Where the first byte at or after `start` lies that is not ASCII.
    ///
    /// Every access ends at or before `count`: the loop conditions say so.
    private static func endOfASCII(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let highBits = SIMD4<UInt64>(repeating: 0x8080_8080_8080_8080)
        var offset = start
        while offset &+ 32 <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self) & highBits
            guard block == .zero else { break }
            offset &+= 32
        }
        while offset &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { break }
            offset &+= 8
        }
        while offset < bytes.count, bytes[offset] < 0x80 { offset &+= 1 }
        return offset
    }
}

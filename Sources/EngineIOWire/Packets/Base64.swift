import NIOCore

/// Base64 for bytes that have to travel as text.
///
/// RFC 4648 §4. What is read must be exactly what is written: no other characters, whole groups, padding in its place, and
/// nothing in the bits that belong to no byte.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let notADigit: UInt8 = 0xFF
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: notADigit, count: 256)
        for (value, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(value) }
        return digits
    }()
    private static let padding = UInt8(ascii: "=")

    /// Characters for so many bytes.
    static func length(of bytes: Int) -> Int { (bytes + 2) / 3 * 4 }

    static func write(_ bytes: ByteBuffer, into text: inout ByteBuffer) {
        let source = bytes.readableBytesView
        var group: UInt32 = 0
        var held = 0
        text.reserveCapacity(minimumWritableBytes: length(of: source.count))
        for byte in source {
            group = group << 8 | UInt32(byte)
            held += 1
            if held == 3 {
                text.writeInteger(characters(of: group))
                (group, held) = (0, 0)
            }
        }
        guard held > 0 else { return }
        let characters = characters(of: held == 1 ? group << 16 : group << 8)
        text.writeInteger(held == 1 ? characters & 0xFFFF_0000 | 0x3D3D : characters & 0xFFFF_FF00 | 0x3D)
    }

    /// Four characters, the first in the highest byte.
    private static func characters(of group: UInt32) -> UInt32 {
        var characters: UInt32 = 0
        for shift: UInt32 in [18, 12, 6, 0] {
            characters = characters << 8 | UInt32(alphabet[Int(group >> shift & 0x3F)])
        }
        return characters
    }

    static func decode(_ text: ByteBuffer) throws(EngineIOViolation) -> ByteBuffer {
        let source = text.readableBytesView
        guard source.count % 4 == 0 else { throw .invalidBase64 }
        let padded = source.suffix(2).reversed().prefix { $0 == padding }.count
        var bytes = ByteBuffer()
        bytes.reserveCapacity(source.count / 4 * 3)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for character in source.dropLast(padded) {
            let digit = digits[Int(character)]
            guard digit != notADigit else { throw .invalidBase64 }
            bits = bits << 6 | UInt32(digit)
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            bytes.writeInteger(UInt8(truncatingIfNeeded: bits >> held))
            bits &= 1 << held - 1
        }
        guard bits == 0 else { throw .invalidBase64 }
        return bytes
    }
}

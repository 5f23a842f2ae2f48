extension JSONToken {
    /// The text of a string token.
    func text(_ bytes: RawSpan) -> String {
        guard has(.escapedString) else { return bytes.extracting(inner).text() }
        return unescaped(bytes).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a string token's text.
    func unescaped(_ bytes: RawSpan) -> [UInt8] {
        let text = bytes.extracting(inner)
        guard has(.escapedString) else { return text.array() }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.byteCount)
        var offset = 0
        while offset < text.byteCount {
            let byte = text.byte(at: offset)
            offset += 1
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            let letter = text.byte(at: offset)
            offset += 1
            switch letter {
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "u"):
                var value = Self.fourDigits(text, at: offset)
                offset += 4
                if (0xD800...0xDBFF).contains(value) {
                    value = 0x10000 + (value - 0xD800) << 10 + Self.fourDigits(text, at: offset + 2) - 0xDC00
                    offset += 6
                }
                if let scalar = Unicode.Scalar(value) { plain.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
            default: plain.append(letter)
            }
        }
        return plain
    }

    private static func fourDigits(_ text: RawSpan, at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (HexDigit.value(text.byte(at: offset + $1)) ?? 0) }
    }
}

extension JSONScanner {
    /// Reads a text: strict UTF-8 (RFC 3629), known escapes, no control characters, no NUL, no lone surrogate.
    mutating func string(_ bytes: RawSpan) throws(JSONFault) -> JSONToken {
        let start = position
        let count = bytes.byteCount
        var kind = JSONToken.Kind.string
        position += 1
        while true {
            while position &+ 8 <= count {
                let special = Word.special(bytes.word(at: position))
                guard special == 0 else {
                    position &+= special.trailingZeroBitCount >> 3
                    break
                }
                position &+= 8
            }
            let byte = try peek(bytes)
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return JSONToken(kind, start, position)
            case UInt8(ascii: "\\"):
                kind = .escapedString
                try escape(bytes)
            case 0x80...:
                // Where one character is no ASCII, the next one seldom is.
                repeat { try scalar(bytes) } while position < count && bytes.byte(at: position) >= 0x80
            case ..<0x20: throw .syntax
            default: position += 1
            }
        }
    }

    /// Reads one character of two to four bytes: no overlong form, no surrogate, nothing above U+10FFFF.
    @inline(__always)
    private mutating func scalar(_ bytes: RawSpan) throws(JSONFault) {
        guard position &+ 4 <= bytes.byteCount else { return try lastScalar(bytes) }
        let word = UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self))
        let second = word >> 8 & 0x3F
        if word & 0x00C0_C0F0 == 0x0080_80E0 {
            // Six bits of the second byte decide: below U+0800 is overlong, U+D800 to U+DFFF are surrogates.
            let top = (word & 0x0F) << 6 | second
            guard top >= 0x20, top & ~0x1F != 0x360 else { throw .syntax }
            position &+= 3
        } else if word & 0xC0E0 == 0x80C0 {
            guard word & 0x1E != 0 else { throw .syntax }
            position &+= 2
        } else if word & 0xC0C0_C0F8 == 0x8080_80F0 {
            let top = (word & 0x07) << 6 | second
            guard top >= 0x10, top < 0x110 else { throw .syntax }
            position &+= 4
        } else {
            throw .syntax
        }
    }

    /// The same, byte by byte, where fewer than four bytes are left.
    private mutating func lastScalar(_ bytes: RawSpan) throws(JSONFault) {
        let (more, second): (Int, ClosedRange<UInt8>) =
            switch try peek(bytes) {
            case 0xC2...0xDF: (1, 0x80...0xBF)
            case 0xE0: (2, 0xA0...0xBF)
            case 0xED: (2, 0x80...0x9F)
            case 0xE1...0xEF: (2, 0x80...0xBF)
            // Four bytes and the quote behind them do not fit in.
            default: throw .syntax
            }
        position += 1
        guard second.contains(try peek(bytes)) else { throw .syntax }
        position += 1
        guard more == 2 else { return }
        guard try peek(bytes) & 0xC0 == 0x80 else { throw .syntax }
        position += 1
    }

    private mutating func escape(_ bytes: RawSpan) throws(JSONFault) {
        position += 1
        let byte = try peek(bytes)
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"): break
        default: throw .syntax
        }
        switch try fourDigits(bytes) {
        case 0, 0xDC00...0xDFFF: throw .text
        case 0xD800...0xDBFF:
            guard position &+ 1 < bytes.byteCount, bytes.byte(at: position) == UInt8(ascii: "\\"),
                bytes.byte(at: position + 1) == UInt8(ascii: "u")
            else { throw .text }
            position += 2
            guard (0xDC00...0xDFFF).contains(try fourDigits(bytes)) else { throw .text }
        default: return
        }
    }

    private mutating func fourDigits(_ bytes: RawSpan) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = HexDigit.value(try peek(bytes)) else { throw .syntax }
            value = value << 4 | digit
            position += 1
        }
        return value
    }
}

/// Digits of base 16, either case.
enum HexDigit {
    static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

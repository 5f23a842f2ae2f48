extension JSONScanner {
    /// Reads a text with its quotes: strict UTF-8 (RFC 3629), known escapes, no control characters.
    ///
    /// - Returns: whether it has escapes.
    mutating func string(_ bytes: RawSpan) throws(Malformed) -> Bool {
        var hasEscapes = false
        position &+= 1
        while true {
            skipPlain(bytes)
            switch try peek(bytes) {
            case UInt8(ascii: "\""):
                position &+= 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape(bytes)
            case 0x80...:
                // Where one character is no ASCII, the next one seldom is.
                repeat { try character(bytes) } while position < bytes.byteCount && bytes.byte(at: position) >= 0x80
            case ..<0x20: throw .json
            default: position &+= 1
            }
        }
    }

    /// Steps over eight bytes at a time that stand for themselves, and stops at or before the first other one.
    @inline(__always)
    private mutating func skipPlain(_ bytes: RawSpan) {
        while position &+ 8 <= bytes.byteCount {
            let special = Self.special(bytes.word(at: position))
            guard special == 0 else {
                position &+= special.trailingZeroBitCount >> 3
                return
            }
            position &+= 8
        }
    }

    /// The highest bit of each of eight bytes that is a quote, a backslash, a control character or no ASCII.
    ///
    /// Of the answer the lowest set bit is exact.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let control = (word &- ones &* 0x20) & ~word
        return (word | control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & (ones &* 0x80)
    }

    /// Reads one character of two to four bytes: no overlong form, no surrogate, nothing above U+10FFFF.
    private mutating func character(_ bytes: RawSpan) throws(Malformed) {
        let (more, second): (Int, ClosedRange<UInt8>) =
            switch try peek(bytes) {
            case 0xC2...0xDF: (1, 0x80...0xBF)
            case 0xE0: (2, 0xA0...0xBF)
            case 0xED: (2, 0x80...0x9F)
            case 0xE1...0xEF: (2, 0x80...0xBF)
            case 0xF0: (3, 0x90...0xBF)
            case 0xF1...0xF3: (3, 0x80...0xBF)
            case 0xF4: (3, 0x80...0x8F)
            default: throw .json
            }
        position &+= 1
        guard second.contains(try peek(bytes)) else { throw .json }
        position &+= 1
        for _ in 1..<more {
            guard try peek(bytes) & 0xC0 == 0x80 else { throw .json }
            position &+= 1
        }
    }

    private mutating func escape(_ bytes: RawSpan) throws(Malformed) {
        position &+= 1
        switch try peek(bytes) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position &+= 1
        case UInt8(ascii: "u"):
            position &+= 1
            for _ in 0..<4 {
                switch try peek(bytes) {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    position &+= 1
                default: throw .json
                }
            }
        default: throw .json
        }
    }

    /// Reads a number by the grammar of RFC 8259 §6.
    mutating func number(_ bytes: RawSpan) throws(Malformed) {
        if try peek(bytes) == UInt8(ascii: "-") { position &+= 1 }
        if try peek(bytes) == UInt8(ascii: "0") {
            position &+= 1
        } else {
            try digits(bytes)
        }
        if position < bytes.byteCount, bytes.byte(at: position) == UInt8(ascii: ".") {
            position &+= 1
            try digits(bytes)
        }
        if position < bytes.byteCount, bytes.byte(at: position) | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            let sign = try peek(bytes)
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position &+= 1 }
            try digits(bytes)
        }
    }

    /// Reads one digit or more.
    private mutating func digits(_ bytes: RawSpan) throws(Malformed) {
        let start = position
        while position < bytes.byteCount, bytes.byte(at: position) &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > start else { throw .json }
    }
}

extension [UInt8] {
    /// Appends constant text that needs no escapes.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text that is known to need no escapes, such as an id.
    @inline(__always)
    mutating func append(plain text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends bytes as they are.
    @inline(__always)
    mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }

    /// Appends an integer in decimal.
    mutating func append(integer value: Int64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var place = 20
        var rest = value.magnitude
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        if value < 0 { append(UInt8(ascii: "-")) }
        digits.span.extracting(place..<20).withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends a JSON text with its quotes, escaped no more than JSON wants.
    mutating func append(text: String) {
        append(UInt8(ascii: "\""))
        append(escaping: text.utf8Span.span.bytes)
        append(UInt8(ascii: "\""))
    }

    /// Appends the inside of a JSON text: whole runs of what may stand as it is, the rest escaped.
    mutating func append(escaping text: RawSpan) {
        var start = 0
        var offset = 0
        while true {
            while offset &+ 8 <= text.byteCount {
                let special = Word.escapable(text.word(at: offset))
                offset &+= special == 0 ? 8 : special.trailingZeroBitCount >> 3
                if special != 0 { break }
            }
            guard offset < text.byteCount else { break }
            let byte = text.byte(at: offset)
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(text.extracting(start..<offset))
                append(escaped: byte)
                start = offset + 1
            }
            offset += 1
        }
        append(text.extracting(start..<text.byteCount))
    }

    private mutating func append(escaped byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        case ..<0x20:
            append("u00")
            append(UInt8(ascii: "0") + byte >> 4)
            append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
        default: append(byte)
        }
    }
}

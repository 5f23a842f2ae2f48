/// Reads JSON strictly (RFC 8259) in one pass over the bytes, without a tree and without calls inside calls.
///
/// It knows the grammar alone: what else a text may be, such as its depth and the size of its numbers, is for whoever
/// uses the values. The bytes are an argument of every step and always the same ones, since a span cannot be stored beside the
/// position. Each step begins at the first byte of what it reads and ends behind the last.
struct JSONScanner {
    var position: Int

    /// Reads any value; `nesting` is inside of nothing before and after.
    @inline(__always)
    mutating func value(_ bytes: RawSpan, _ nesting: inout some JSONNesting) throws(Malformed) {
        while true {
            let start = position
            switch try peek(bytes) {
            case UInt8(ascii: "{"):
                nesting.open(isObject: true)
                position &+= 1
                skipWhitespace(bytes)
                if try peek(bytes) != UInt8(ascii: "}") {
                    try name(bytes, &nesting)
                    continue
                }
            case UInt8(ascii: "["):
                nesting.open(isObject: false)
                position &+= 1
                skipWhitespace(bytes)
                if try peek(bytes) != UInt8(ascii: "]") { continue }
            default:
                try scalar(bytes)
                nesting.scalar(bytes, from: start, to: position)
            }
            guard try goesOn(bytes, &nesting) else { return }
        }
    }

    /// Steps behind a value up to the next one; false where the outermost has ended.
    @inline(__always)
    private mutating func goesOn(_ bytes: RawSpan, _ nesting: inout some JSONNesting) throws(Malformed) -> Bool {
        while nesting.isInside {
            skipWhitespace(bytes)
            let byte = try peek(bytes)
            position &+= 1
            if byte == UInt8(ascii: ",") {
                skipWhitespace(bytes)
                if nesting.isObject { try name(bytes, &nesting) }
                return true
            }
            guard byte == (nesting.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw .json }
            try nesting.close()
        }
        return false
    }

    /// Reads a member's name and steps up to its value.
    @inline(__always)
    private mutating func name(_ bytes: RawSpan, _ nesting: inout some JSONNesting) throws(Malformed) {
        let start = position
        guard try peek(bytes) == UInt8(ascii: "\"") else { throw .json }
        let hasEscapes = try string(bytes)
        nesting.name(bytes, from: start, to: position, hasEscapes: hasEscapes)
        skipWhitespace(bytes)
        guard try peek(bytes) == UInt8(ascii: ":") else { throw .json }
        position &+= 1
        skipWhitespace(bytes)
    }

    /// Reads a value that is neither list nor object.
    private mutating func scalar(_ bytes: RawSpan) throws(Malformed) {
        switch try peek(bytes) {
        case UInt8(ascii: "\""): _ = try string(bytes)
        case UInt8(ascii: "t"): try literal("true", bytes)
        case UInt8(ascii: "f"): try literal("false", bytes)
        case UInt8(ascii: "n"): try literal("null", bytes)
        default: try number(bytes)
        }
    }

    /// The byte at the position.
    @inline(__always)
    func peek(_ bytes: RawSpan) throws(Malformed) -> UInt8 {
        guard position < bytes.byteCount else { throw .json }
        return bytes.byte(at: position)
    }

    @inline(__always)
    mutating func skipWhitespace(_ bytes: RawSpan) {
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            // Nearly always there is none.
            guard byte <= UInt8(ascii: " ") else { return }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position &+= 1
            default: return
            }
        }
    }

    /// Wants nothing but white space up to the end.
    mutating func end(_ bytes: RawSpan) throws(Malformed) {
        skipWhitespace(bytes)
        guard position == bytes.byteCount else { throw .json }
    }

    private mutating func literal(_ text: StaticString, _ bytes: RawSpan) throws(Malformed) {
        let end = position &+ text.utf8CodeUnitCount
        guard end <= bytes.byteCount, bytes.spells(text, from: position, to: end) else { throw .json }
        position = end
    }
}

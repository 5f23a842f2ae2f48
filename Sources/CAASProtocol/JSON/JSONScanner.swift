/// Reads JSON strictly (RFC 8259 and R6) in one pass over the bytes, without a tree.
///
/// The bytes are an argument of every step and always the same ones: a span cannot be stored beside the position.
/// Each step begins at the first byte of what it reads and ends behind the last.
struct JSONScanner {
    /// What a text may cost.
    struct Limits: Sendable {
        /// Objects and arrays inside each other.
        var depth = 32
        /// Members of one object.
        var members = 500
    }

    var position = 0
    private let limits: Limits
    private var depth = 0
    private var names = MemberNames()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads the one value that the whole text is.
    mutating func document(_ bytes: RawSpan) throws(JSONFault) -> JSONToken {
        guard bytes.byteCount <= JSONToken.longestText else { throw .syntax }
        skipWhitespace(bytes)
        let token = try value(bytes)
        try end(bytes)
        return token
    }

    /// Wants nothing but white space up to the end.
    mutating func end(_ bytes: RawSpan) throws(JSONFault) {
        skipWhitespace(bytes)
        guard position == bytes.byteCount else { throw .syntax }
    }

    /// Reads any value.
    mutating func value(_ bytes: RawSpan) throws(JSONFault) -> JSONToken {
        switch try peek(bytes) {
        case UInt8(ascii: "\""): return try string(bytes)
        case UInt8(ascii: "{"):
            return try members(bytes) { _, scanner, bytes throws(JSONFault) in
                _ = try scanner.value(bytes)
                return false
            }
        case UInt8(ascii: "["):
            return try elements(bytes) { scanner, bytes throws(JSONFault) in
                _ = try scanner.value(bytes)
            }
        case UInt8(ascii: "t"): return try literal("true", .true, bytes)
        case UInt8(ascii: "f"): return try literal("false", .false, bytes)
        case UInt8(ascii: "n"): return try literal("null", .null, bytes)
        default: return try number(bytes)
        }
    }

    /// Reads an object; `visit` gets each name, reads the value behind it, and says whether it saw to repeats itself.
    mutating func members(
        _ bytes: RawSpan,
        _ visit: (JSONToken, inout JSONScanner, RawSpan) throws(JSONFault) -> Bool
    ) throws(JSONFault) -> JSONToken {
        let start = position
        if try open(bytes, closing: UInt8(ascii: "}")) { return JSONToken(.object, start, position) }
        let mark = names.count
        var count = 0
        repeat {
            skipWhitespace(bytes)
            guard try peek(bytes) == UInt8(ascii: "\"") else { throw .syntax }
            let name = try string(bytes)
            skipWhitespace(bytes)
            guard try peek(bytes) == UInt8(ascii: ":") else { throw .syntax }
            position += 1
            skipWhitespace(bytes)
            count += 1
            guard count <= limits.members else { throw .members }
            if try !visit(name, &self, bytes) { try names.add(name, since: mark, bytes) }
        } while try goesOn(bytes, closing: UInt8(ascii: "}"))
        try names.close(since: mark, bytes)
        return JSONToken(.object, start, position)
    }

    /// Reads an array; `visit` reads each element.
    mutating func elements(
        _ bytes: RawSpan,
        _ visit: (inout JSONScanner, RawSpan) throws(JSONFault) -> Void
    ) throws(JSONFault) -> JSONToken {
        let start = position
        if try open(bytes, closing: UInt8(ascii: "]")) { return JSONToken(.array, start, position) }
        repeat {
            skipWhitespace(bytes)
            try visit(&self, bytes)
        } while try goesOn(bytes, closing: UInt8(ascii: "]"))
        return JSONToken(.array, start, position)
    }

    /// The byte at the position.
    @inline(__always)
    func peek(_ bytes: RawSpan) throws(JSONFault) -> UInt8 {
        guard position < bytes.byteCount else { throw .syntax }
        return bytes.byte(at: position)
    }

    @inline(__always)
    mutating func skipWhitespace(_ bytes: RawSpan) {
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            // Nearly always there is none.
            guard byte <= UInt8(ascii: " ") else { return }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            default: return
            }
        }
    }

    /// Steps over the opening bracket; true where the closing one follows.
    private mutating func open(_ bytes: RawSpan, closing: UInt8) throws(JSONFault) -> Bool {
        position += 1
        depth += 1
        guard depth <= limits.depth else { throw .depth }
        skipWhitespace(bytes)
        guard try peek(bytes) == closing else { return false }
        position += 1
        depth -= 1
        return true
    }

    /// Steps over the comma or the closing bracket; true after the comma.
    private mutating func goesOn(_ bytes: RawSpan, closing: UInt8) throws(JSONFault) -> Bool {
        skipWhitespace(bytes)
        let byte = try peek(bytes)
        position += 1
        if byte == UInt8(ascii: ",") { return true }
        guard byte == closing else { throw .syntax }
        depth -= 1
        return false
    }

    private mutating func literal(
        _ text: StaticString,
        _ kind: JSONToken.Kind,
        _ bytes: RawSpan
    ) throws(JSONFault) -> JSONToken {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.byteCount, bytes.extracting(position..<end).spells(text) else { throw .syntax }
        defer { position = end }
        return JSONToken(kind, position, end)
    }
}

extension JSONScanner {
    /// The most digits before the exponent: twice what the longest spelling of a double in common use has.
    private static let mostDigits = 64
    /// The most digits of an exponent.
    private static let mostExponentDigits = 5

    /// Reads a number by the grammar of RFC 8259 §6.
    mutating func number(_ bytes: RawSpan) throws(JSONFault) -> JSONToken {
        let start = position
        if try peek(bytes) == UInt8(ascii: "-") { position += 1 }
        var count = 1
        if try peek(bytes) == UInt8(ascii: "0") {
            position += 1
        } else {
            count = try digits(bytes)
        }
        if position < bytes.byteCount, bytes.byte(at: position) == UInt8(ascii: ".") {
            position += 1
            count += try digits(bytes)
        }
        guard count <= Self.mostDigits else { throw .number }
        if position < bytes.byteCount, bytes.byte(at: position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            let sign = try peek(bytes)
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
            let exponentDigits = try digits(bytes)
            guard exponentDigits <= Self.mostExponentDigits else { throw .number }
            // Two digits reach no further than 10^163. What nobody's double holds could be read back by nobody.
            if exponentDigits > 2 {
                let value = Double(bytes.extracting(start..<position).text())
                guard let value, value.isFinite else { throw .number }
            }
        }
        return JSONToken(.number, start, position)
    }

    /// Reads one digit or more and counts them.
    private mutating func digits(_ bytes: RawSpan) throws(JSONFault) -> Int {
        let start = position
        while position < bytes.byteCount, bytes.byte(at: position) &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw .syntax }
        return position - start
    }
}

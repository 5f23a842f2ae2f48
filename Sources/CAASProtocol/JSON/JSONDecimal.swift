/// A JSON number by its value, whatever its spelling: ±digits × 10^exponent, the digits without zeros at either end.
struct JSONDecimal: Equatable {
    private(set) var isNegative = false
    /// ASCII digits; none for zero.
    private(set) var digits: [UInt8] = []
    private(set) var exponent = 0

    /// Takes the bytes of a number that the scanner has accepted.
    init(_ text: RawSpan) {
        var pointSeen = false
        var offset = 0
        loop: while offset < text.byteCount {
            let byte = text.byte(at: offset)
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): pointSeen = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                exponent += Self.exponent(text.extracting(offset + 1..<text.byteCount))
                break loop
            default:
                if pointSeen { exponent -= 1 }
                if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte) }
            }
            offset += 1
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty {
            isNegative = false
            exponent = 0
        }
    }

    /// The integer of R78: integral, and at most 2^53 − 1 either side of zero.
    var integer: Int64? {
        guard exponent >= 0, digits.count + exponent <= 16 else { return nil }
        var value: Int64 = 0
        for digit in digits { value = value * 10 + Int64(digit - UInt8(ascii: "0")) }
        for _ in 0..<exponent { value *= 10 }
        guard value <= JSONDecimal.largestInteger else { return nil }
        return isNegative ? -value : value
    }

    /// 2^53 − 1.
    static let largestInteger: Int64 = 9_007_199_254_740_991

    /// The one spelling of this value (R2): an integer of at most 17 digits plainly, else digits, `e` and exponent.
    func write(to output: inout [UInt8]) {
        guard !digits.isEmpty else { return output.append(UInt8(ascii: "0")) }
        if isNegative { output.append(UInt8(ascii: "-")) }
        output.append(contentsOf: digits)
        guard exponent != 0 else { return }
        if exponent > 0, digits.count + exponent <= 17 {
            output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
        } else {
            output.append(UInt8(ascii: "e"))
            output.append(integer: Int64(exponent))
        }
    }

    /// The scanner lets at most five digits through.
    private static func exponent(_ text: RawSpan) -> Int {
        var value = 0
        for offset in 0..<text.byteCount where text.byte(at: offset) &- UInt8(ascii: "0") < 10 {
            value = value * 10 + Int(text.byte(at: offset) - UInt8(ascii: "0"))
        }
        return text.byte(at: 0) == UInt8(ascii: "-") ? -value : value
    }
}

extension JSONToken {
    /// The integer of R78 that a number token stands for.
    func integer(_ bytes: RawSpan) -> Int64? {
        guard has(.number) else { return nil }
        // Nearly always: up to 15 plain digits, which cannot overflow.
        if end - start <= 15 {
            var value: Int64 = 0
            var offset = start
            while offset < end {
                let digit = bytes.byte(at: offset) &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                value = value &* 10 &+ Int64(digit)
                offset += 1
            }
            if offset == end { return value }
        }
        return JSONDecimal(bytes.extracting(range)).integer
    }
}

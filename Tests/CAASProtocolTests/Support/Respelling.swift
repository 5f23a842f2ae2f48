@testable import CAASProtocol

/// Writes the same JSON value in another way: order of members, white space, escapes, numbers.
enum Respelling {
    static func of(_ text: [UInt8], using random: inout SeededGenerator) throws -> [UInt8] {
        let bytes = text.span.bytes
        var scanner = JSONScanner()
        let token = try scanner.document(bytes)
        return try value(token, bytes, using: &random)
    }

    private static func value(
        _ token: JSONToken,
        _ bytes: RawSpan,
        using random: inout SeededGenerator
    ) throws -> [UInt8] {
        switch token.kind {
        case .object:
            var members: [[UInt8]] = []
            var scanner = JSONScanner()
            scanner.position = token.start
            var pairs: [(JSONToken, JSONToken)] = []
            _ = try scanner.members(bytes) { name, scanner, bytes throws(JSONFault) in
                pairs.append((name, try scanner.value(bytes)))
                return true
            }
            for (name, token) in pairs {
                members.append(
                    try value(name, bytes, using: &random) + space(using: &random) + [UInt8(ascii: ":")]
                        + space(using: &random) + value(token, bytes, using: &random)
                )
            }
            members.shuffle(using: &random)
            return join(members, "{", "}", using: &random)
        case .array:
            let elements = try token.elements(bytes).map { try value($0, bytes, using: &random) }
            return join(elements, "[", "]", using: &random)
        case .string, .escapedString: return text(token.text(bytes), using: &random)
        case .number: return number(bytes.extracting(token.range).text(), using: &random)
        default: return bytes.extracting(token.range).array()
        }
    }

    private static func join(
        _ parts: [[UInt8]],
        _ opening: String,
        _ closing: String,
        using random: inout SeededGenerator
    ) -> [UInt8] {
        var output = Array(opening.utf8)
        for (place, part) in parts.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            output += space(using: &random) + part + space(using: &random)
        }
        return output + Array(closing.utf8)
    }

    private static func space(using random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in " \t\n\r".utf8.randomElement(using: &random) ?? 0x20 }
    }

    private static func text(_ text: String, using random: inout SeededGenerator) -> [UInt8] {
        var output = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Bool.random(using: &random) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return Array((output + "\"").utf8)
    }

    private static func number(_ text: String, using random: inout SeededGenerator) -> [UInt8] {
        let hasExponent = text.lowercased().contains("e")
        let hasPoint = text.contains(".")
        let other =
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !hasExponent && !hasPoint: text + ".000"
            case 1 where !hasExponent: text + "E+0"
            case 2 where !hasExponent && !hasPoint && text.last != "0": text + "00e-2"
            case 3 where hasPoint && !hasExponent: text + "0"
            default: text
            }
        return Array(other.utf8)
    }
}

import CAASProtocol
import Foundation
import HTTPAPI

/// What stands behind the `?` of an address, and each value of it as the JSON that the service reads.
enum QueryTarget {
    static func run(_ input: [UInt8]) throws(Broken) {
        let text = String(decoding: input, as: UTF8.self)
        try checkDecoding(of: text)
        let expected = reference(Array(text.utf8))
        let query: QueryString
        do throws(SpecError) {
            query = try QueryString(uri: "/v1/x?" + text)
        } catch {
            try require(expected == nil, "refused: \(error)")
            try require(["percent", "duplicate_key", "too_many"].contains(error.reason), "refused for \(error)")
            // An address is not repeated to who sent it, but for what looks like one of our names.
            let field = Array((error.field ?? "").utf8)
            return try require((1...32).contains(field.count) && field.allSatisfy(isLetter), "tells \(error)")
        }
        guard let expected else { throw Broken("takes what has to be refused") }
        for (name, value) in expected {
            let found = query[String(decoding: name, as: UTF8.self)]
            try require(found.map { Array($0.utf8) } == value, "\(name) is \(found as Any)")
            try checkJSON(of: found ?? "")
        }
        for name in ["limit", "asUser", "K", ""] where expected[Array(name.utf8)] == nil {
            try require(query[name] == nil, "\(name) is there")
        }
    }

    /// The same as the other reading, and there is a way back.
    private static func checkDecoding(of text: String) throws(Broken) {
        for plusIsSpace in [false, true] {
            let decoded = PercentEncoding.decode(text[...], plusIsSpace: plusIsSpace).map { Array($0.utf8) }
            let expected = Self.decoded(Array(text.utf8)[...], plusIsSpace: plusIsSpace)
            try require(decoded == expected, "decodes to \(decoded as Any), not \(expected as Any)")
            guard let decoded else { continue }
            let encoded = decoded.map { "%" + (0xF < $0 ? "" : "0") + String($0, radix: 16) }.joined()
            let again = PercentEncoding.decode(encoded[...], plusIsSpace: plusIsSpace).map { Array($0.utf8) }
            try require(again == decoded, "encoded again it is \(again as Any)")
        }
    }

    /// By another reading: each part behind a `%` begins with two digits.
    ///
    /// Not Foundation's, which mends what is no UTF-8.
    private static func decoded(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        let spaced = bytes.map { plusIsSpace && $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        let parts = spaced.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        var decoded = Array(parts[0])
        for part in parts.dropFirst() {
            let digits = part.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit && $0 < 0x80 }),
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            decoded += [byte] + part.dropFirst(2)
        }
        return decoded.contains(0) || !UTF8Reference.isText(decoded) ? nil : decoded
    }

    /// The parameters by another reading; nil where they have to be refused.
    private static func reference(_ query: [UInt8]) -> [[UInt8]: [UInt8]]? {
        let pairs = query.split(separator: UInt8(ascii: "&"))
        guard pairs.count <= 100 else { return nil }
        var values: [[UInt8]: [UInt8]] = [:]
        for pair in pairs {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = decoded(pair[..<end], plusIsSpace: true),
                let value = decoded(pair[end...].dropFirst(), plusIsSpace: true),
                values.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return values
    }

    /// A value is a text or, where the parameter is of that kind, a number or a flag, and nothing else in any case.
    private static func checkJSON(of value: String) throws(Broken) {
        for kind in [QueryParameter.Kind.text, .flag, .integer(minimum: 0)] {
            let json = QueryParameter(name: "x", kind: kind, meaning: "").json(value)
            do throws(SpecError) {
                _ = try JSONFragment(parsing: json.span.bytes)
            } catch {
                throw Broken("as \(kind) no JSON: \(String(decoding: json, as: UTF8.self))")
            }
            if json.first == UInt8(ascii: "\"") {
                try require(FoundationJSON.value(json) == .text(Array(value.utf8)), "as \(kind) another text")
                continue
            }
            try require(json == Array(value.utf8), "as \(kind) spelled anew")
            switch kind {
            case .text: throw Broken("a text is \(value)")
            case .flag: try require(["true", "false"].contains(value), "a flag is \(value)")
            case .integer:
                let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
                try require(
                    json.count <= 20 && json.first.map { isDigit($0) || $0 == UInt8(ascii: "-") } == true,
                    value
                )
            }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
}

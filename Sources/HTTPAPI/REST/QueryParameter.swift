import CAASProtocol

/// A parameter in the query of a route, which the service gets as a member of the request's payload.
package struct QueryParameter: Sendable {
    /// How its text is read.
    package enum Kind: Sendable {
        case integer(minimum: Int64)
        case flag
        case text
    }

    let name: String
    let kind: Kind
    /// A sentence for people.
    let meaning: String

    package init(name: String, kind: Kind, meaning: String) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    /// The value as JSON; what is not of the kind becomes a text, which the decoders refuse by its name.
    package func json(_ value: String) -> [UInt8] {
        let isLiteral =
            switch kind {
            case .integer: Self.looksLikeNumber(value)
            case .flag: value == "true" || value == "false"
            case .text: false
            }
        return isLiteral ? Array(value.utf8) : Self.text(value)
    }

    /// A JSON text.
    static func text(_ value: String) -> [UInt8] {
        var bytes = [UInt8(ascii: "\"")]
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case ..<0x20: bytes += Array("\\u00".utf8) + [hex(byte >> 4), hex(byte & 15)]
            default: bytes.append(byte)
            }
        }
        return bytes + [UInt8(ascii: "\"")]
    }

    private static func hex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    /// RFC 8259 §6 with at most 20 characters: no integer of R78 needs more.
    private static func looksLikeNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let isSpelledAsOne = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        return isSpelledAsOne && bytes.count <= 20 && (try? JSONFragment(parsing: bytes.span.bytes)) != nil
    }
}

/// The canonical form of R2: members sorted by the bytes of their names, texts with as few escapes as possible,
/// numbers by value, no white space. It feeds the content hash, so it never changes.
extension [UInt8] {
    /// Appends the canonical form of a checked value.
    mutating func append(canonical fragment: JSONFragment) {
        let bytes = fragment.utf8.span.bytes
        // What a fragment holds has been accepted before; the widest limits accept it again.
        var scanner = JSONScanner(limits: .init(depth: .max, members: .max))
        let start = count
        do throws(JSONFault) {
            try append(canonicalValue: &scanner, bytes)
        } catch {
            removeSubrange(start...)
            append(contentsOf: fragment.utf8)
        }
    }

    private mutating func append(canonicalValue scanner: inout JSONScanner, _ bytes: RawSpan) throws(JSONFault) {
        switch try scanner.peek(bytes) {
        case UInt8(ascii: "{"):
            var members: [(name: [UInt8], value: [UInt8])] = []
            _ = try scanner.members(bytes) { name, scanner, bytes throws(JSONFault) in
                var value: [UInt8] = []
                try value.append(canonicalValue: &scanner, bytes)
                members.append((name.unescaped(bytes), value))
                return true
            }
            members.sort { $0.name.lexicographicallyPrecedes($1.name) }
            append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                append(place == 0 ? "\"" : ",\"")
                append(escaping: member.name.span.bytes)
                append("\":")
                append(contentsOf: member.value)
            }
            append(UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            append(UInt8(ascii: "["))
            let start = count
            _ = try scanner.elements(bytes) { scanner, bytes throws(JSONFault) in
                if count > start { append(UInt8(ascii: ",")) }
                try append(canonicalValue: &scanner, bytes)
            }
            append(UInt8(ascii: "]"))
        default:
            let token = try scanner.value(bytes)
            switch token.kind {
            case .string, .escapedString:
                append(UInt8(ascii: "\""))
                append(escaping: token.unescaped(bytes).span.bytes)
                append(UInt8(ascii: "\""))
            case .number: JSONDecimal(bytes.extracting(token.range)).write(to: &self)
            default: append(contentsOf: bytes.extracting(token.range).array())
            }
        }
    }
}

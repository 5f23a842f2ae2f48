import NIOCore

/// Status line and fields of an HTTP/1.1 answer.
///
/// RFC 9112 §4, §5; lines end with CRLF, and folded lines are refused.
struct ResponseHead {
    var status: Int
    var reason: String
    var fields: HTTPFields

    /// Nil when the bytes, which end with an empty line, are no such head.
    init?(parsing bytes: ByteBuffer) {
        // What is not UTF-8 is repaired: it can stand only in values nobody looks at.
        let text = String(buffer: bytes)
        guard text.utf8.count >= 4 else { return nil }
        let lines = text.utf8.dropLast(4).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let first = lines.first, let line = Self.content(first, isLast: lines.count == 1) else { return nil }
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].elementsEqual("HTTP/1.1".utf8), parts[1].count == 3,
            parts[1].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let status = Int(Substring(parts[1])), status >= 100
        else { return nil }
        self.status = status
        reason = parts.count == 3 ? String(Substring(parts[2])) : ""
        fields = HTTPFields(fields: [])
        for (index, line) in lines.enumerated().dropFirst() {
            guard let content = Self.content(line, isLast: index == lines.count - 1),
                let colon = content.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            let name = Substring(content[..<colon])
            guard HTTPSyntax.isToken(name) else { return nil }
            let value = HTTPSyntax.trimmed(Substring(content[content.index(after: colon)...]))
            fields.fields.append((name: String(name), value: String(value)))
        }
    }

    /// A line without its carriage return, nil when there is none or the line holds control characters.
    ///
    /// The last line has lost it with the empty line after it.
    private static func content(_ line: Substring.UTF8View, isLast: Bool) -> Substring.UTF8View? {
        guard isLast || line.last == 0x0D else { return nil }
        let content = isLast ? line : line.dropLast()
        return HTTPSyntax.isFieldValue(Substring(content)) ? content : nil
    }
}

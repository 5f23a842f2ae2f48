/// The alphabets and lengths of R1, checked byte by byte.
package struct IdentifierPattern: Sendable {
    private let longest: Int
    private let allowsDots: Bool
    /// One bit for each ASCII character that may stand in an id.
    private let allowed: (low: UInt64, high: UInt64)

    package static let frame = IdentifierPattern(longest: 64, allowsDots: true, extra: "")
    package static let conversation = IdentifierPattern(longest: 128, allowsDots: false, extra: "")
    package static let user = IdentifierPattern(longest: 128, allowsDots: false, extra: "@|+")

    private init(longest: Int, allowsDots: Bool, extra: String) {
        self.longest = longest
        self.allowsDots = allowsDots
        var allowed: (low: UInt64, high: UInt64) = (0, 0)
        for byte in ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-" + extra).utf8 {
            if byte < 64 { allowed.low |= 1 << byte } else { allowed.high |= 1 << (byte - 64) }
        }
        self.allowed = allowed
    }

    /// Whether `text` is an id of this kind; `.` and `..` are none, except as frame ids.
    package func matches(_ text: RawSpan) -> Bool {
        guard (1...longest).contains(text.byteCount) else { return false }
        for offset in 0..<text.byteCount {
            let byte = text.byte(at: offset)
            let bits = byte < 64 ? allowed.low : byte < 128 ? allowed.high : 0
            guard bits >> (byte & 63) & 1 == 1 else { return false }
        }
        return allowsDots || !(text.spells(".") || text.spells(".."))
    }

    /// Whether `text` is an id of this kind.
    package func matches(_ text: String) -> Bool {
        matches(text.utf8Span.span.bytes)
    }
}

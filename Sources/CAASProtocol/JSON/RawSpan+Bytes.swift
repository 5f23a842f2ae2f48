extension RawSpan {
    /// The byte at `offset`, which is checked: every value of a byte is a `UInt8`.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The eight bytes from `offset`, the first one lowest; the bounds are checked.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Whether these bytes are the ones of `text`.
    func spells(_ text: StaticString) -> Bool {
        guard byteCount == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for offset in 0..<byteCount where byte(at: offset) != text[offset] { return false }
            return true
        }
    }

    /// Whether these bytes are the ones of `other`.
    func equals(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for offset in 0..<byteCount where byte(at: offset) != other.byte(at: offset) { return false }
        return true
    }

    /// A copy.
    func array() -> [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// The text of bytes that are known to be UTF-8.
    func text() -> String {
        withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// Eight bytes looked at together; of each answer the lowest set bit is exact.
enum Word {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The highest bit of each byte that cannot stand unescaped in a JSON text.
    @inline(__always)
    static func escapable(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let control = (word &- ones &* 0x20) & ~word
        return (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & (ones &* 0x80)
    }

    /// The same with each byte that is no ASCII.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        escapable(word) | word & (ones &* 0x80)
    }
}

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

    /// Whether the bytes from `start` to `end` are those of `text`.
    func spells(_ text: StaticString, from start: Int, to end: Int) -> Bool {
        guard end &- start == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for (offset, expected) in text.enumerated() where byte(at: start &+ offset) != expected { return false }
            return true
        }
    }

    /// The text of bytes that are known to be UTF-8.
    func text(from start: Int, to end: Int) -> String {
        extracting(start..<end).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

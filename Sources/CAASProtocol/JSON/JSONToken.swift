/// Where one JSON value stands in the bytes that were scanned, and of what kind it is.
///
/// Eight bytes, so that all members of a frame fit in a small table without a heap.
struct JSONToken: Sendable, Hashable {
    /// What stands there.
    enum Kind: UInt8 {
        case absent, null, `false`, `true`, number, string, escapedString, array, object
    }

    /// The longest text that offsets of 30 bits reach.
    static let longestText = 1 << 30 - 1

    /// Four bits of the kind, 30 of the start, 30 of the end.
    private let packed: UInt64

    static let absent = JSONToken(.absent, 0, 0)

    init(_ kind: Kind, _ start: Int, _ end: Int) {
        packed = UInt64(kind.rawValue) << 60 | UInt64(start) << 30 | UInt64(end)
    }

    var kind: Kind { Kind(rawValue: UInt8(packed >> 60)) ?? .absent }

    /// The whole value, quotes included.
    var range: Range<Int> { start..<end }
    var start: Int { Int(packed >> 30 & 0x3FFF_FFFF) }
    var end: Int { Int(packed & 0x3FFF_FFFF) }

    /// What stands between the quotes or brackets.
    var inner: Range<Int> { start + 1..<end - 1 }

    /// Absent, or null where null means absent.
    var isMissing: Bool { has(.absent) || has(.null) }
    var isString: Bool { has(.string) || has(.escapedString) }

    /// Whether this is of a kind, without making the kind.
    @inline(__always)
    func has(_ kind: Kind) -> Bool { packed >> 60 == UInt64(kind.rawValue) }
}

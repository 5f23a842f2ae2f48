/// Names a file that is being sent; made by the service (R53).
public struct FileID: Hashable, Sendable, CustomStringConvertible {
    /// The text on the wire.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of a frame's id (R1).
    public init?(_ rawValue: String) {
        guard IdentifierPattern.frame.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// One that nobody else makes: 128 random bits in hexadecimal behind a prefix.
    package static func random() -> FileID {
        var random = SystemRandomNumberGenerator()
        let digits = String(UInt128(random.next()) << 64 | UInt128(random.next()), radix: 16)
        return FileID(checked: prefix + String(repeating: "0", count: 32 - digits.count) + digits)
    }

    /// Whether the service may have made it; an id of another form is a client's own.
    package var isOfService: Bool {
        let digits = rawValue.utf8.dropFirst(Self.prefix.utf8.count)
        return rawValue.hasPrefix(Self.prefix) && digits.count == 32
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static let prefix = "file_"

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text on the wire.
    public var description: String { rawValue }
}

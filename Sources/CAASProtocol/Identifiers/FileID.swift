/// Names a file that is being sent; made by the service (R53).
public struct FileID: Hashable, Sendable, CustomStringConvertible {
    /// The text on the wire.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of a frame's id (R1).
    public init?(_ rawValue: String) {
        guard IdentifierPattern.frame.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text on the wire.
    public var description: String { rawValue }
}

/// Names a call; made by the service (R41).
public struct CallID: Hashable, Sendable, CustomStringConvertible {
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

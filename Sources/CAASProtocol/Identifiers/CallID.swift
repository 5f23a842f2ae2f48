/// Names a call; made by the service (R41).
public struct CallID: Hashable, Sendable, CustomStringConvertible {
    /// The text on the wire.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of a frame's id (R1).
    public init?(_ rawValue: String) {
        guard IdentifierPattern.frame.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// One that nobody can guess: 128 random bits in hexadecimal.
    package static func random() -> CallID { CallID(checked: FrameID.random().rawValue) }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text on the wire.
    public var description: String { rawValue }
}

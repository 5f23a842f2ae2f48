/// The client's own name for one frame, its idempotency key.
///
/// `^[A-Za-z0-9._:-]{1,64}$`; a UUID is recommended, not required (R1).
public struct FrameID: Hashable, Sendable, CustomStringConvertible {
    /// The text as sent.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of R1.
    public init?(_ rawValue: String) {
        guard IdentifierPattern.frame.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// One that nobody else makes: 128 random bits in hexadecimal.
    package static func random() -> FrameID {
        var random = SystemRandomNumberGenerator()
        return FrameID(checked: String(UInt128(random.next()) << 64 | UInt128(random.next()), radix: 16))
    }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text as sent.
    public var description: String { rawValue }
}

/// Names a conversation inside its tenant; up to 128 characters (R1).
public struct ConversationID: Hashable, Sendable, CustomStringConvertible {
    /// The text as sent.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of R1.
    public init?(_ rawValue: String) {
        guard IdentifierPattern.conversation.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text as sent.
    public var description: String { rawValue }
}

/// Names a user inside its tenant; up to 128 characters, among them also `@`, `|` and `+` (R1).
public struct UserID: Hashable, Sendable, CustomStringConvertible {
    /// The text as sent.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of R1.
    public init?(_ rawValue: String) {
        guard IdentifierPattern.user.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text as sent.
    public var description: String { rawValue }
}

/// Names a tenant; the pattern of a conversation's id (R63).
public struct TenantID: Hashable, Sendable, CustomStringConvertible {
    /// The text as configured.
    public let rawValue: String

    /// Nil where `rawValue` does not match the pattern of R1.
    public init?(_ rawValue: String) {
        guard IdentifierPattern.conversation.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text as configured.
    public var description: String { rawValue }
}

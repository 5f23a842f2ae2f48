/// Data of `session:auth` (R55, R16, R28).
public struct SessionAuth: Sendable, Hashable {
    /// The JWT.
    public var token: String
    /// Whether the acting connection also gets its own durable events (R16).
    public var echo: Bool
    /// Whether conversations that were not joined are delivered too (R28).
    public var inbox: Bool
    /// The protocol version asked for, where it is an integer (R5).
    public var version: Int64?

    /// Makes the payload.
    public init(token: String, echo: Bool = false, inbox: Bool = true, version: Int64? = nil) {
        self.token = token
        self.echo = echo
        self.inbox = inbox
        self.version = version
    }
}

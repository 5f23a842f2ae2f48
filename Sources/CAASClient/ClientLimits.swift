/// What a connection may cost and how long it waits.
public struct ClientLimits: Sendable, Hashable {
    /// How long a connection may take until the service says `session:ready`.
    public var connectTimeout = Duration.seconds(10)
    /// How long a request waits for its acknowledgement (R11).
    public var ackTimeout = Duration.seconds(10)
    /// Silence after which the service is asked for a sign of life, which must come within 20 s (R67); nil asks for none.
    public var heartbeat: Duration? = .seconds(25)
    /// Requests that wait for their acknowledgement at once; more are sent when one is answered (R11).
    public var inFlight = 32
    /// Requests that wait to be sent at most.
    public var waiting = 1_000
    /// Events that are kept for a slow reader; with more the sequence ends with an error.
    public var unreadEvents = 1_000
    /// Whether texts may be compressed in both directions (RFC 7692), where the service agrees.
    public var compresses = true
    /// Bytes of one frame of the service.
    public var frameBytes = 4 * 1024 * 1024

    /// The limits as they stand above.
    public init() {}
}

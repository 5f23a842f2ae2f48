/// One of a user's connections.
public struct ConnectionSummary: Sendable, Hashable {
    /// The `sessionId` of its `session:ready` (R10).
    public var id: String
    /// Its `deviceId`.
    public var deviceID: String
    /// How it is connected: `websocket`.
    public var transport: String
    /// Since when; Unix milliseconds.
    public var since: Int64

    /// Makes a summary.
    public init(id: String, deviceID: String, transport: String, since: Int64) {
        self.id = id
        self.deviceID = deviceID
        self.transport = transport
        self.since = since
    }
}

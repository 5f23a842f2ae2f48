/// Data of `session:ready` (R10).
public struct SessionReady: Sendable, Hashable {
    /// This session's id: 128 random bits.
    public var sessionID: String
    /// Who is signed in.
    public var userID: UserID
    /// In which tenant.
    public var tenantID: TenantID
    /// On which device.
    public var deviceID: String
    /// How others see the user: from the latest token or the API (R26).
    public var name: String?
    /// The URL of the user's picture, from where the name is.
    public var avatarURL: String?
    /// Whether an earlier session goes on.
    public var resumed: Bool
    /// Unix milliseconds.
    public var serverTime: Int64
    /// The token's end; Unix milliseconds.
    public var expiresAt: Int64
    /// Heartbeat interval; milliseconds (R67).
    public var heartbeatInterval: Int64
    /// Heartbeat timeout; milliseconds (R67).
    public var heartbeatTimeout: Int64
    /// What the connection may send (R9).
    public var limits: Limits
    /// Frame ids of the user's last committed messages, newest last, at most 64 (R66).
    public var lastClientIDs: [FrameID]

    /// What a connection may send (R9); bytes and counts.
    public struct Limits: Sendable, Hashable {
        /// Bytes of a text frame.
        public var frameBytes: Int
        /// Bytes of `content`.
        public var contentBytes: Int
        /// Attachments of a message.
        public var attachments: Int
        /// Mentions of a message.
        public var mentions: Int
        /// Bytes of a media packet.
        public var binaryBytes: Int
        /// Requests waiting for their acknowledgement (R11).
        public var inFlight: Int

        /// The defaults of R9 and R11.
        public init(
            frameBytes: Int = 65_536,
            contentBytes: Int = 16_384,
            attachments: Int = 20,
            mentions: Int = 50,
            binaryBytes: Int = 262_144,
            inFlight: Int = 32
        ) {
            self.frameBytes = frameBytes
            self.contentBytes = contentBytes
            self.attachments = attachments
            self.mentions = mentions
            self.binaryBytes = binaryBytes
            self.inFlight = inFlight
        }
    }

    /// Makes the data.
    public init(
        sessionID: String,
        userID: UserID,
        tenantID: TenantID,
        deviceID: String,
        name: String?,
        avatarURL: String? = nil,
        resumed: Bool,
        serverTime: Int64,
        expiresAt: Int64,
        heartbeatInterval: Int64 = 25_000,
        heartbeatTimeout: Int64 = 20_000,
        limits: Limits = Limits(),
        lastClientIDs: [FrameID] = []
    ) {
        self.sessionID = sessionID
        self.userID = userID
        self.tenantID = tenantID
        self.deviceID = deviceID
        self.name = name
        self.avatarURL = avatarURL
        self.resumed = resumed
        self.serverTime = serverTime
        self.expiresAt = expiresAt
        self.heartbeatInterval = heartbeatInterval
        self.heartbeatTimeout = heartbeatTimeout
        self.limits = limits
        self.lastClientIDs = lastClientIDs
    }
}

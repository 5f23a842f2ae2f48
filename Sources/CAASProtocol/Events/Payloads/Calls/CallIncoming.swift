/// Data of `call:incoming` (R41, R42).
public struct CallIncoming: Sendable, Hashable {
    /// Which call.
    public var callID: CallID
    /// Who calls.
    public var callerID: UserID
    /// The caller's name (R26).
    public var name: String?
    /// The caller's picture (R26).
    public var avatarURL: String?
    /// Sound or pictures too.
    public var type: CallType
    /// The end of the ringing; Unix milliseconds.
    public var expiresAt: Int64
    /// How media finds a way (R47).
    public var iceServers: [ICEServer]

    /// Makes the data.
    public init(
        callID: CallID,
        callerID: UserID,
        name: String? = nil,
        avatarURL: String? = nil,
        type: CallType,
        expiresAt: Int64,
        iceServers: [ICEServer] = []
    ) {
        self.callID = callID
        self.callerID = callerID
        self.name = name
        self.avatarURL = avatarURL
        self.type = type
        self.expiresAt = expiresAt
        self.iceServers = iceServers
    }
}

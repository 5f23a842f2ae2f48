/// Data of a client's `presence:update` (R34).
public struct PresenceUpdate: Sendable, Hashable {
    /// What a user may choose to be.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// There; ends a choice made before (R35).
        case online
        /// Not at the device.
        case away
        /// Not to be disturbed.
        case busy
        /// Gone, at once.
        case offline
        /// There, and for others gone.
        case invisible
    }

    /// What the user chooses.
    public var status: Status
    /// A line beside it, at most 128 characters; empty clears it, nil leaves it.
    public var customMessage: String?
    /// The end of the line; Unix milliseconds.
    public var customMessageUntil: Int64?
    /// Whether others are not to know when the user was last there (R38); nil leaves it.
    public var hidesLastSeen: Bool?

    /// Makes the payload.
    public init(
        status: Status,
        customMessage: String? = nil,
        customMessageUntil: Int64? = nil,
        hidesLastSeen: Bool? = nil
    ) {
        self.status = status
        self.customMessage = customMessage
        self.customMessageUntil = customMessageUntil
        self.hidesLastSeen = hidesLastSeen
    }
}

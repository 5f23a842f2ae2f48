/// What others see of a user: data of the server's `presence:update` (R34, R37, R38).
public struct Presence: Sendable, Hashable {
    /// How others see a user; who chose to be invisible is offline (R34).
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// There.
        case online
        /// Not at the device.
        case away
        /// Not to be disturbed.
        case busy
        /// Gone, or not to be seen.
        case offline
    }

    /// Who.
    public var userID: UserID
    /// How the user is seen.
    public var status: Status
    /// A line beside it.
    public var customMessage: String?
    /// The end of the line; Unix milliseconds.
    public var customMessageUntil: Int64?
    /// Unix milliseconds, rounded to the minute; nil where it is hidden (R38).
    public var lastSeen: Int64?
    /// Grows with each change of the user; receivers drop a lower one (R37).
    public var v: Int64

    /// Makes the data.
    public init(
        userID: UserID,
        status: Status,
        customMessage: String? = nil,
        customMessageUntil: Int64? = nil,
        lastSeen: Int64? = nil,
        v: Int64
    ) {
        self.userID = userID
        self.status = status
        self.customMessage = customMessage
        self.customMessageUntil = customMessageUntil
        self.lastSeen = lastSeen
        self.v = v
    }
}

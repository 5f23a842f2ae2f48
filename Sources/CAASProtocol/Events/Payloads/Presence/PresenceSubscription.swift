/// Data of `presence:subscribe` and `presence:unsubscribe` (R37).
public struct PresenceSubscription: Sendable, Hashable {
    /// Whom, at most 200.
    public var userIDs: [UserID]

    /// Makes the payload.
    public init(userIDs: [UserID]) {
        self.userIDs = userIDs
    }
}

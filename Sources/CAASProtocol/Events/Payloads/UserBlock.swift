/// Data of `user:block` (R77).
public struct UserBlock: Sendable, Hashable {
    /// Whom.
    public var userID: UserID
    /// Whether the user is blocked or not any more.
    public var on: Bool

    /// Makes the payload.
    public init(userID: UserID, on: Bool) {
        self.userID = userID
        self.on = on
    }
}

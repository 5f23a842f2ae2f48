/// Data of `member:updated`.
public struct MemberUpdated: Sendable, Hashable {
    /// What happened to the membership.
    public enum Change: String, Sendable, Hashable {
        /// Is a member now.
        case joined
        /// Left.
        case left
        /// Was removed.
        case removed
        /// Has another role.
        case role
        /// Was muted or unmuted.
        case muted
    }

    /// Whose membership.
    public var userID: UserID
    /// What happened.
    public var change: Change
    /// The role now, for joined and role.
    public var role: MemberRole?
    /// The end of a timed mute or ban; Unix milliseconds.
    public var until: Int64?
    /// The place of this change (R3).
    public var offset: Int64

    /// Makes the data.
    public init(userID: UserID, change: Change, role: MemberRole?, until: Int64? = nil, offset: Int64) {
        self.userID = userID
        self.change = change
        self.role = role
        self.until = until
        self.offset = offset
    }
}

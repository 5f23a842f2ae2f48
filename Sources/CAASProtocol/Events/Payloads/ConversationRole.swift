/// Data of `conversation:role` (R30).
public struct ConversationRole: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Whose role.
    public var userID: UserID
    /// The new role; nil leaves it.
    public var role: MemberRole?
    /// The end of a mute; Unix milliseconds, 0 unmutes.
    public var mutedUntil: Int64?

    /// Makes the payload.
    public init(conversationID: ConversationID, userID: UserID, role: MemberRole?, mutedUntil: Int64? = nil) {
        self.conversationID = conversationID
        self.userID = userID
        self.role = role
        self.mutedUntil = mutedUntil
    }
}

/// Data of `conversation:remove` (R30, R31).
public struct ConversationRemove: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Whom.
    public var userID: UserID
    /// Whether the user may not come back.
    public var ban: Bool
    /// The end of a timed ban; Unix milliseconds.
    public var until: Int64?
    /// Why; at most 512 bytes.
    public var reason: String?

    /// Makes the payload.
    public init(conversationID: ConversationID, userID: UserID, ban: Bool, until: Int64? = nil, reason: String? = nil) {
        self.conversationID = conversationID
        self.userID = userID
        self.ban = ban
        self.until = until
        self.reason = reason
    }
}

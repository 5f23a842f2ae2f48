/// Data of `conversation:invite` (R30).
public struct ConversationInvite: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Whom; at least one, at most 500, without repeats.
    public var userIDs: [UserID]
    /// The role they get.
    public var role: MemberRole

    /// Makes the payload.
    public init(conversationID: ConversationID, userIDs: [UserID], role: MemberRole = .member) {
        self.conversationID = conversationID
        self.userIDs = userIDs
        self.role = role
    }
}

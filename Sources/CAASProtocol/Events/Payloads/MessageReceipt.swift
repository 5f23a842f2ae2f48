/// Data of `message:read` and `message:delivered` (R23).
public struct MessageReceipt: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Up to and including this message; beyond the latest counts as the latest.
    public var seq: Int64
    /// Whether unread is cleared without telling others.
    public var isPrivate: Bool

    /// Makes the payload.
    public init(conversationID: ConversationID, seq: Int64, isPrivate: Bool = false) {
        self.conversationID = conversationID
        self.seq = seq
        self.isPrivate = isPrivate
    }
}

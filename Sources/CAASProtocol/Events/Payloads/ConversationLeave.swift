/// Data of `conversation:leave` (R27).
public struct ConversationLeave: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Whether the membership ends too.
    public var endsMembership: Bool

    /// Makes the payload.
    public init(conversationID: ConversationID, endsMembership: Bool) {
        self.conversationID = conversationID
        self.endsMembership = endsMembership
    }
}

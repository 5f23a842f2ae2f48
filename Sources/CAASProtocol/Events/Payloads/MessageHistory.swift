/// Data of `message:history` (R22).
public struct MessageHistory: Sendable, Hashable {
    /// Whose messages.
    public var conversationID: ConversationID
    /// From where.
    public var position: Position
    /// Rows at most: 1 to 100.
    public var limit: Int

    /// Where a page starts; cursors are exclusive.
    public enum Position: Sendable, Hashable {
        /// The latest messages.
        case latest
        /// The messages before this seq.
        case before(seq: Int64)
        /// The messages after this seq.
        case after(seq: Int64)
    }

    /// Makes the payload.
    public init(conversationID: ConversationID, position: Position = .latest, limit: Int = 50) {
        self.conversationID = conversationID
        self.position = position
        self.limit = limit
    }
}

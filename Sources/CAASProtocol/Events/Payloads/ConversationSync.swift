/// Data of `conversation:sync` (R65).
public struct ConversationSync: Sendable, Hashable {
    /// How far a client is in one conversation.
    public struct Cursor: Sendable, Hashable {
        /// Which conversation.
        public var conversationID: ConversationID
        /// The highest offset with all before it seen (R3); 0 is none.
        public var offset: Int64

        /// Makes a cursor.
        public init(conversationID: ConversationID, offset: Int64) {
            self.conversationID = conversationID
            self.offset = offset
        }
    }

    /// How far the client is, at most 500.
    public var cursors: [Cursor]

    /// Makes the payload.
    public init(cursors: [Cursor]) {
        self.cursors = cursors
    }
}

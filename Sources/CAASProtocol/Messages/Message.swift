/// A stored chat message as clients see it (R17), or its tombstone (R19, R22).
public struct Message: Sendable, Hashable {
    /// The server's id.
    public var id: MessageID
    /// Where it stands.
    public var conversationID: ConversationID
    /// Its place among the conversation's messages, dense from 1 (R3).
    public var seq: Int64
    /// The place of its last durable change among all changes of the conversation (R3).
    public var offset: Int64
    /// Its author.
    public var senderID: UserID
    /// The id of the frame that sent it.
    public var clientID: FrameID
    /// When it was stored; Unix milliseconds, the server's clock (R4).
    public var createdAt: Int64
    /// What it says.
    public var body: MessageBody
    /// 1 when sent, one more with each edit.
    public var editVersion: Int64
    /// When it was last edited; Unix milliseconds.
    public var editedAt: Int64?
    /// Present where the message was deleted: ``body`` is then empty.
    public var tombstone: Tombstone?

    /// Makes a message.
    public init(
        id: MessageID,
        conversationID: ConversationID,
        seq: Int64,
        offset: Int64,
        senderID: UserID,
        clientID: FrameID,
        createdAt: Int64,
        body: MessageBody,
        editVersion: Int64 = 1,
        editedAt: Int64? = nil,
        tombstone: Tombstone? = nil
    ) {
        self.id = id
        self.conversationID = conversationID
        self.seq = seq
        self.offset = offset
        self.senderID = senderID
        self.clientID = clientID
        self.createdAt = createdAt
        self.body = body
        self.editVersion = editVersion
        self.editedAt = editedAt
        self.tombstone = tombstone
    }

    /// What is left of a deleted message (R19).
    public struct Tombstone: Sendable, Hashable {
        /// When it was deleted; Unix milliseconds.
        public var deletedAt: Int64
        /// Who deleted it.
        public var deletedBy: UserID
        /// Why, where the deleter said so.
        public var reason: String?

        /// Makes a tombstone.
        public init(deletedAt: Int64, deletedBy: UserID, reason: String? = nil) {
            self.deletedAt = deletedAt
            self.deletedBy = deletedBy
            self.reason = reason
        }
    }
}

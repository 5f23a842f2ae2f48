package import CAASProtocol

/// Questions to one consistent state of the store.
package protocol StorageReader: APIKeyReader, BlockReader, CallReader, FileReader {
    func conversation(_ key: ConversationKey) throws -> ConversationRecord?
    /// The tenant's conversation that a message id names; another tenant's is none (R63).
    func conversation(handle: UInt64, of tenant: TenantID) throws -> ConversationRecord?
    /// The direct conversation of two users.
    func directConversation(tenant: TenantID, _ one: UserID, _ other: UserID) throws -> ConversationRecord?
    /// The conversation that this creation frame made, and the hash of that request (R2).
    func created(by user: UserKey, frame: FrameID) throws -> (record: ConversationRecord, requestHash: [UInt8])?

    /// A member or a banned user; nil for anybody else.
    func member(of conversation: ConversationRecord, _ user: UserID) throws -> MemberRecord?
    /// Members (no banned users) in the order of their ids' bytes, after `cursor`.
    func members(of conversation: ConversationRecord, after cursor: UserID?, limit: Int) throws -> [MemberRecord]
    /// The ids of all members.
    func memberIDs(of conversation: ConversationRecord) throws -> [UserID]
    /// The user's conversations, the latest joined first, after `cursor` (an opaque number of this store); none that is hidden
    /// from it (R77).
    func conversations(of user: UserKey, after cursor: Int64?, limit: Int) throws -> [Membership]
    /// The user's latest conversations, those among them that are hidden from it.
    func memberships(of user: UserKey, limit: Int) throws -> [Membership]
    /// The keys of all conversations that the user is a member of, but for channels and what is hidden from it.
    func inboxConversations(of user: UserKey) throws -> [ConversationKey]

    func message(in conversation: ConversationRecord, seq: Int64) throws -> MessageRecord?
    /// The message that this sender sent there under this frame id (R2).
    func sent(in conversation: ConversationRecord, by sender: UserID, as frame: FrameID) throws -> MessageRecord?
    /// At most `limit` messages (tombstones among them), always in ascending seq.
    func messages(in conversation: ConversationRecord, _ position: MessageHistory.Position, limit: Int) throws
        -> [MessageRecord]
    /// The frame ids of the user's last messages anywhere, oldest first (R66).
    func lastClientIDs(of user: UserKey, limit: Int) throws -> [FrameID]

    func user(_ key: UserKey) throws -> UserRecord?

    /// What is kept of a user's presence; nil where that is nothing.
    func presence(of user: UserKey) throws -> PresenceRecord?
    /// The users on the other sides of the user's direct conversations, but for those that it has blocked.
    func directPartners(of user: UserKey) throws -> [UserID]
    /// Whether two users are members of the same direct or group conversation (R37).
    func sharesConversation(_ user: UserKey, with other: UserID) throws -> Bool
    /// How many conversations the user is a member of.
    func conversationCount(of user: UserKey) throws -> Int
}

/// One of a user's conversations.
package struct Membership: Sendable, Hashable {
    package var conversation: ConversationRecord
    package var member: MemberRecord
    /// What ``StorageReader/conversations(of:after:limit:)`` goes on from.
    package var cursor: Int64
    /// The user on the other side of a direct conversation.
    package var peer: UserID?

    package init(conversation: ConversationRecord, member: MemberRecord, cursor: Int64, peer: UserID?) {
        self.conversation = conversation
        self.member = member
        self.cursor = cursor
        self.peer = peer
    }
}

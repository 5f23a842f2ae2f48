import CAASProtocol

/// Everything that ``InMemoryStorage`` keeps, as one value: a copy is a snapshot.
struct InMemoryStorageState: Sendable {
    /// A conversation with its rows.
    struct Conversation: Sendable {
        var record: ConversationRecord
        /// The message of seq n stands at n − 1.
        var messages: [MessageRecord] = []
        var seqs: [Sending: Int64] = [:]
        var members: [UserID: Member] = [:]
    }

    /// What makes a message unique in its conversation (R2).
    struct Sending: Hashable, Sendable {
        var sender: UserID
        var clientID: FrameID
    }

    /// A user's row in a conversation.
    struct Member: Sendable {
        var record: MemberRecord
        /// The place among the user's memberships, in the order of joining; nil while banned.
        var membership: Int64?
    }

    /// The frame that made a conversation (R2).
    struct Creation: Hashable, Sendable {
        var creator: UserKey
        var frame: FrameID
    }

    /// The two users of a direct conversation, in either order.
    struct Pair: Hashable, Sendable {
        var tenant: TenantID
        var users: Set<UserID>
    }

    var conversations: [Int64: Conversation] = [:]
    var numbers: [ConversationKey: Int64] = [:]
    var handles: [UInt64: Int64] = [:]
    var pairs: [Pair: Int64] = [:]
    var creations: [Creation: Int64] = [:]
    var requestHashes: [Int64: [UInt8]] = [:]
    var users: [UserKey: UserRecord] = [:]
    /// A user's conversations by the place among the user's memberships.
    var memberships: [UserKey: [Int64: Int64]] = [:]
    /// The frame ids of a user's messages, oldest first.
    var sent: [UserKey: [(conversation: Int64, frame: FrameID)]] = [:]
    /// The latest conversation's number: none is given twice.
    var lastNumber: Int64 = 0
    var presences: [UserKey: PresenceRecord] = [:]
    var apiKeys: [APIKeyID: APIKeyRecord] = [:]
    var calls: [CallKey: CallRecord] = [:]
    /// Whom users have blocked, and since when.
    var blocks: [UserKey: [UserID: Int64]] = [:]

    /// A file's row, and where it belongs.
    struct File: Sendable {
        var record: FileRecord
        var conversation: Int64
        let place: Int64
        var isRemoved = false

        var isUnfinished: Bool { !isRemoved && !record.isComplete }
    }

    var files: [FileID: File] = [:]
    /// The place of the latest file: none is given twice.
    var lastFile: Int64 = 0

    func conversation(_ record: ConversationRecord) throws -> Conversation {
        guard let found = conversations[record.number] else {
            throw StorageError.failed("no such conversation")
        }
        return found
    }

    func record(_ number: Int64?) -> ConversationRecord? {
        number.flatMap { conversations[$0]?.record }
    }

    /// A user exists from the first time it is named.
    mutating func name(_ key: UserKey) {
        if users[key] == nil { users[key] = UserRecord(key: key, name: nil, avatarURL: nil) }
    }
}

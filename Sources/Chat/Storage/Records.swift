package import CAASProtocol

/// A conversation's row.
package struct ConversationRecord: Sendable, Hashable {
    /// The store's own number; never leaves the service.
    package let number: Int64
    package let key: ConversationKey
    /// A random number, unique among all conversations, that message ids are made of.
    package let handle: UInt64
    package var kind: ConversationKind
    package var visibility: ConversationVisibility
    package var name: String?
    package var metadata: JSONFragment?
    /// The place of the latest message; 0 without one (R3).
    package var lastSeq: Int64
    /// The place of the latest durable change; 0 without one (R3).
    package var lastOffset: Int64
    /// Members now, bans not counted.
    package var memberCount: Int
    /// Owners among them.
    package var ownerCount: Int
    /// Unix milliseconds.
    package let createdAt: Int64

    package init(
        number: Int64,
        key: ConversationKey,
        handle: UInt64,
        kind: ConversationKind,
        visibility: ConversationVisibility,
        name: String?,
        metadata: JSONFragment?,
        lastSeq: Int64,
        lastOffset: Int64,
        memberCount: Int,
        ownerCount: Int,
        createdAt: Int64
    ) {
        self.number = number
        self.key = key
        self.handle = handle
        self.kind = kind
        self.visibility = visibility
        self.name = name
        self.metadata = metadata
        self.lastSeq = lastSeq
        self.lastOffset = lastOffset
        self.memberCount = memberCount
        self.ownerCount = ownerCount
        self.createdAt = createdAt
    }
}

/// What a new conversation's row is made from.
package struct NewConversation: Sendable, Hashable {
    package var key: ConversationKey
    package var handle: UInt64
    package var kind: ConversationKind
    package var visibility: ConversationVisibility
    package var name: String?
    package var metadata: JSONFragment?
    package var createdAt: Int64
    /// For a client's own creation: the creator and the frame, unique together, so that a retry makes no second one (R2).
    package var createdBy: UserID?
    package var createdByFrame: FrameID?
    /// The canonical hash of the request, to tell a retry from a reused id.
    package var requestHash: [UInt8]?
    /// For a direct conversation: its two users; one conversation a pair and tenant (R25).
    package var directPair: DirectPair?

    package init(
        key: ConversationKey,
        handle: UInt64,
        kind: ConversationKind,
        visibility: ConversationVisibility,
        name: String?,
        metadata: JSONFragment?,
        createdAt: Int64,
        createdBy: UserID?,
        createdByFrame: FrameID?,
        requestHash: [UInt8]?,
        directPair: DirectPair? = nil
    ) {
        self.key = key
        self.handle = handle
        self.kind = kind
        self.visibility = visibility
        self.name = name
        self.metadata = metadata
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.createdByFrame = createdByFrame
        self.requestHash = requestHash
        self.directPair = directPair
    }
}

/// Two users, in the order of their ids' bytes.
package struct DirectPair: Sendable, Hashable {
    package let first: UserID
    package let second: UserID

    package init(_ one: UserID, _ other: UserID) {
        let inOrder = one.rawValue.utf8.lexicographicallyPrecedes(other.rawValue.utf8)
        first = inOrder ? one : other
        second = inOrder ? other : one
    }
}

/// A user's standing in a conversation: a member, or banned.
package struct MemberRecord: Sendable, Hashable {
    package enum Standing: Sendable, Hashable {
        case member(MemberRole)
        /// May not come back before `until` (Unix milliseconds); nil is for ever.
        case banned(until: Int64?)
    }

    package let user: UserID
    package var standing: Standing
    /// Unix milliseconds.
    package var joinedAt: Int64
    /// The conversation's latest message when the membership began; 0 without one (R22).
    package var joinedSeq: Int64
    /// Whether this side of a direct conversation has blocked the other one (R77): to it, it is as if there were none.
    package var isHidden: Bool

    package init(
        user: UserID,
        standing: Standing,
        joinedAt: Int64,
        joinedSeq: Int64 = 0,
        isHidden: Bool = false
    ) {
        self.user = user
        self.standing = standing
        self.joinedAt = joinedAt
        self.joinedSeq = joinedSeq
        self.isHidden = isHidden
    }

    /// The role; nil for a banned user.
    package var role: MemberRole? {
        if case .member(let role) = standing { role } else { nil }
    }
}

/// A user's row.
package struct UserRecord: Sendable, Hashable {
    package let key: UserKey
    /// From the latest token or the API (R26).
    package var name: String?
    package var avatarURL: String?

    package init(key: UserKey, name: String?, avatarURL: String?) {
        self.key = key
        self.name = name
        self.avatarURL = avatarURL
    }
}

/// What a new message's row is made from; the store gives it its seq and offset.
package struct NewMessage: Sendable, Hashable {
    package var sender: UserID
    package var clientID: FrameID
    /// SHA-256 of the canonical form (R2).
    package var contentHash: [UInt8]
    package var body: MessageBody
    /// The client's clock; Unix milliseconds (R4).
    package var clientTimestamp: Int64?
    /// The server's clock; Unix milliseconds.
    package var createdAt: Int64

    package init(
        sender: UserID,
        clientID: FrameID,
        contentHash: [UInt8],
        body: MessageBody,
        clientTimestamp: Int64?,
        createdAt: Int64
    ) {
        self.sender = sender
        self.clientID = clientID
        self.contentHash = contentHash
        self.body = body
        self.clientTimestamp = clientTimestamp
        self.createdAt = createdAt
    }
}

/// A message's row: the message as clients see it, with what only the service keeps.
package struct MessageRecord: Sendable, Hashable {
    package var message: Message
    /// Of the first ack: the offset at which the message was created.
    package var createdOffset: Int64
    /// SHA-256 of the canonical form; nil once the message was deleted (R2).
    package var contentHash: [UInt8]?

    package init(message: Message, createdOffset: Int64, contentHash: [UInt8]?) {
        self.message = message
        self.createdOffset = createdOffset
        self.contentHash = contentHash
    }
}

/// What became of an append.
package enum AppendResult: Sendable, Hashable {
    /// Stored under a new seq and offset.
    case stored(seq: Int64, offset: Int64)
    /// This sender has already used this id in this conversation.
    case duplicate(MessageRecord)
}

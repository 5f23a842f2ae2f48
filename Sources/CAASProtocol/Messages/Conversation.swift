/// What a conversation is (R25).
public enum ConversationKind: String, Sendable, Hashable, CaseIterable {
    /// Exactly two users, one per pair.
    case direct
    /// Up to 5,000 members, each of whom gets everything without joining.
    case group
    /// Any number of subscribers, posting by role.
    case channel
}

/// Who may find and join a conversation (R26, R27).
public enum ConversationVisibility: String, Sendable, Hashable, CaseIterable {
    /// Members are invited.
    case `private`
    /// Whoever joins becomes a member.
    case `public`
}

/// A member's role, from the lowest to the highest (R30).
public enum MemberRole: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Reads.
    case readonly
    /// Posts.
    case member
    /// Invites, kicks, mutes, bans, deletes others' messages.
    case moderator
    /// Roles and settings.
    case owner

    private var rank: Int {
        switch self {
        case .readonly: 0
        case .member: 1
        case .moderator: 2
        case .owner: 3
        }
    }

    /// Orders roles by their rights.
    public static func < (lower: Self, higher: Self) -> Bool { lower.rank < higher.rank }
}

/// One row of `conversation:list` and the data of `conversation:updated` to a new member (R26).
public struct ConversationSummary: Sendable, Hashable {
    /// The conversation.
    public var conversationID: ConversationID
    /// Direct, group or channel.
    public var kind: ConversationKind
    /// Its name, where it has one.
    public var name: String?
    /// Private or public.
    public var visibility: ConversationVisibility
    /// A JSON object, as its creator gave it.
    public var metadata: JSONFragment?
    /// The reader's own role.
    public var role: MemberRole
    /// The place of the latest message; 0 without one.
    public var latestSeq: Int64
    /// The place of the latest change; 0 without one.
    public var latestOffset: Int64
    /// The latest message, or its tombstone; only in lists.
    public var lastMessage: Message?
    /// In a direct conversation: the other user.
    public var peerID: UserID?

    /// Makes a summary.
    public init(
        conversationID: ConversationID,
        kind: ConversationKind,
        name: String?,
        visibility: ConversationVisibility,
        metadata: JSONFragment?,
        role: MemberRole,
        latestSeq: Int64,
        latestOffset: Int64,
        lastMessage: Message? = nil,
        peerID: UserID? = nil
    ) {
        self.conversationID = conversationID
        self.kind = kind
        self.name = name
        self.visibility = visibility
        self.metadata = metadata
        self.role = role
        self.latestSeq = latestSeq
        self.latestOffset = latestOffset
        self.lastMessage = lastMessage
        self.peerID = peerID
    }
}

/// One row of `conversation:members`.
public struct MemberSummary: Sendable, Hashable {
    /// The member.
    public var userID: UserID
    /// From the latest token.
    public var name: String?
    /// From the latest token.
    public var avatarURL: String?
    /// The member's role.
    public var role: MemberRole
    /// Unix milliseconds.
    public var joinedAt: Int64

    /// Makes a row.
    public init(userID: UserID, name: String?, avatarURL: String?, role: MemberRole, joinedAt: Int64) {
        self.userID = userID
        self.name = name
        self.avatarURL = avatarURL
        self.role = role
        self.joinedAt = joinedAt
    }
}

import CAASProtocol
import Chat

extension StorageError {
    /// A row that this service cannot have written.
    static func impossible(_ what: String) -> StorageError { .corrupt("impossible \(what)") }
}

extension ConversationKind {
    /// The number in the file.
    var stored: Int64 {
        switch self {
        case .direct: 0
        case .group: 1
        case .channel: 2
        }
    }
}

extension ConversationVisibility {
    /// The number in the file.
    var stored: Int64 {
        switch self {
        case .private: 0
        case .public: 1
        }
    }
}

extension MemberRole {
    /// The number in the file.
    var stored: Int64 {
        switch self {
        case .readonly: 1
        case .member: 2
        case .moderator: 3
        case .owner: 4
        }
    }
}

extension Columns {
    func userID(_ place: Int32) throws(StorageError) -> UserID {
        guard let id = UserID(text(place)) else { throw .impossible("user id") }
        return id
    }

    func frameID(_ place: Int32) throws(StorageError) -> FrameID {
        guard let id = FrameID(text(place)) else { throw .impossible("frame id") }
        return id
    }

    func conversationKey(tenant: Int32, conversation: Int32) throws(StorageError) -> ConversationKey {
        guard let tenant = TenantID(text(tenant)), let conversation = ConversationID(text(conversation)) else {
            throw .impossible("conversation id")
        }
        return ConversationKey(tenant: tenant, conversation: conversation)
    }
}

extension Columns {
    /// A body, of the columns for type, content and extras.
    func body(_ first: Int32) throws(StorageError) -> MessageBody {
        do {
            return try MessageBody(type: text(first), content: text(first + 1), extras: bytes(first + 2))
        } catch {
            // What a client must never be told is the client's mistake.
            throw .impossible("message body")
        }
    }
}

extension ConversationRecord {
    /// The columns that ``init(_:)`` reads, of `conversation c JOIN tenant t`.
    static let columns = """
        c.conv_no, t.ext_id, c.ext_id, c.handle, c.kind, c.visibility, c.name, c.metadata, \
        c.last_seq, c.last_offset, c.member_count, c.owner_count, c.created_at, c.tenant_no
        """
    static let columnCount: Int32 = 14

    init(_ row: Columns) throws(StorageError) {
        guard let kind = ConversationKind.allCases.first(where: { $0.stored == row.integer(4) }),
            let visibility = ConversationVisibility.allCases.first(where: { $0.stored == row.integer(5) })
        else { throw .impossible("conversation") }
        self.init(
            number: row.integer(0),
            key: try row.conversationKey(tenant: 1, conversation: 2),
            handle: UInt64(bitPattern: row.integer(3)),
            kind: kind,
            visibility: visibility,
            name: row.optionalText(6),
            metadata: row.bytes(7).map { JSONFragment(checked: $0) },
            lastSeq: row.integer(8),
            lastOffset: row.integer(9),
            memberCount: Int(row.integer(10)),
            ownerCount: Int(row.integer(11)),
            createdAt: row.integer(12)
        )
    }
}

extension MemberRecord {
    /// The columns that ``init(_:from:)`` reads, of `member m`.
    static let columns = "m.user_id, m.role, m.banned_until, m.joined_at, m.joined_seq, m.hidden"

    init(_ row: Columns, from first: Int32 = 0) throws(StorageError) {
        let standing: Standing
        if let stored = row.optionalInteger(first + 1) {
            guard let role = MemberRole.allCases.first(where: { $0.stored == stored }) else {
                throw .impossible("role")
            }
            standing = .member(role)
        } else {
            standing = .banned(until: row.optionalInteger(first + 2))
        }
        self.init(
            user: try row.userID(first),
            standing: standing,
            joinedAt: row.integer(first + 3),
            joinedSeq: row.integer(first + 4),
            isHidden: row.integer(first + 5) != 0
        )
    }
}

extension MessageRecord {
    /// The columns that ``init(_:in:)`` reads, of ``rows``.
    static let columns = """
        m.seq, m.created_offset, m.offset, u.ext_id, m.client_id, b.hash, b.type, b.body, b.extras, \
        m.created_at, m.edit_version, m.edited_at, m.deleted_at, m.deleted_by, m.delete_reason
        """

    /// Messages with all that belongs to them.
    static let rows = """
        message m JOIN user u ON u.user_no = m.sender_no JOIN content b ON b.content_no = m.content_no
        """

    init(_ row: Columns, in conversation: ConversationRecord) throws(StorageError) {
        let seq = row.integer(0)
        let tombstone: Message.Tombstone? =
            if let deletedAt = row.optionalInteger(12) {
                Message.Tombstone(
                    deletedAt: deletedAt,
                    deletedBy: try row.userID(13),
                    reason: row.optionalText(14)
                )
            } else {
                nil
            }
        self.init(
            message: Message(
                id: MessageID(MessageID.Location(handle: conversation.handle, seq: seq)),
                conversationID: conversation.key.conversation,
                seq: seq,
                offset: row.integer(2),
                senderID: try row.userID(3),
                clientID: try row.frameID(4),
                createdAt: row.integer(9),
                body: try row.body(6),
                editVersion: row.integer(10),
                editedAt: row.optionalInteger(11),
                tombstone: tombstone
            ),
            createdOffset: row.integer(1),
            contentHash: row.bytes(5)
        )
    }
}

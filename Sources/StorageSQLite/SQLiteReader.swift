import CAASProtocol
import Chat

/// Whoever holds a connection in a transaction can answer questions from it.
protocol SQLiteReading: StorageReader {
    var connection: Connection { get }

    /// A conversation as this transaction sees it, given its row.
    func current(_ row: ConversationRecord) -> ConversationRecord
}

/// Answers from one committed state.
struct SQLiteReader: SQLiteReading {
    let connection: Connection

    func current(_ row: ConversationRecord) -> ConversationRecord { row }
}

// MARK: Conversations

extension SQLiteReading {
    package func conversation(_ key: ConversationKey) throws -> ConversationRecord? {
        try connection.statement(
            """
            SELECT \(ConversationRecord.columns) FROM tenant t JOIN conversation c USING (tenant_no)
            WHERE t.ext_id = ? AND c.ext_id = ?
            """
        ).bound(.text(key.tenant.rawValue), .text(key.conversation.rawValue)).first { current(try .init($0)) }
    }

    package func conversation(handle: UInt64, of tenant: TenantID) throws -> ConversationRecord? {
        try connection.statement(
            """
            SELECT \(ConversationRecord.columns) FROM conversation c JOIN tenant t USING (tenant_no)
            WHERE c.handle = ? AND t.ext_id = ?
            """
        ).bound(.integer(Int64(bitPattern: handle)), .text(tenant.rawValue)).first { current(try .init($0)) }
    }

    package func directConversation(tenant: TenantID, _ one: UserID, _ other: UserID) throws -> ConversationRecord? {
        try connection.statement(
            """
            SELECT \(ConversationRecord.columns) FROM tenant t
                JOIN user a ON a.tenant_no = t.tenant_no AND a.ext_id = ?2
                JOIN user b ON b.tenant_no = t.tenant_no AND b.ext_id = ?3
                JOIN conversation c ON c.pair_low = min(a.user_no, b.user_no) AND c.pair_high = max(a.user_no, b.user_no)
            WHERE t.ext_id = ?1 AND c.pair_low IS NOT NULL
            """
        ).bound(.text(tenant.rawValue), .text(one.rawValue), .text(other.rawValue)).first { current(try .init($0)) }
    }

    package func created(by user: UserKey, frame: FrameID) throws
        -> (record: ConversationRecord, requestHash: [UInt8])?
    {
        try connection.statement(
            """
            SELECT \(ConversationRecord.columns), c.request_hash FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN conversation c ON c.created_by = u.user_no AND c.created_frame = ?3
            WHERE t.ext_id = ?1 AND c.created_by IS NOT NULL AND c.created_frame IS NOT NULL
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue), .text(frame.rawValue)).first {
            (current(try .init($0)), $0.bytes(ConversationRecord.columnCount) ?? [])
        }
    }

    package func conversations(of user: UserKey, after cursor: Int64?, limit: Int) throws -> [Membership] {
        try memberships(of: user, after: cursor, limit: limit, withHidden: false)
    }

    package func memberships(of user: UserKey, limit: Int) throws -> [Membership] {
        try memberships(of: user, after: nil, limit: limit, withHidden: true)
    }

    private func memberships(
        of user: UserKey,
        after cursor: Int64?,
        limit: Int,
        withHidden: Bool
    ) throws -> [Membership] {
        let peer = ConversationRecord.columnCount
        return try connection.statement(
            """
            SELECT \(ConversationRecord.columns),
                (SELECT o.user_id FROM member o WHERE o.conv_no = c.conv_no AND o.user_id <> ?2 AND c.kind = 0),
                m.membership, \(MemberRecord.columns)
            FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN member m ON m.user_no = u.user_no AND m.membership IS NOT NULL AND m.membership < ?3
                JOIN conversation c ON c.conv_no = m.conv_no AND c.tenant_no = t.tenant_no
            WHERE t.ext_id = ?1 AND m.hidden <= ?5 ORDER BY m.membership DESC LIMIT ?4
            """
        ).bound(
            .text(user.tenant.rawValue),
            .text(user.user.rawValue),
            .integer(cursor ?? Int64.max),
            .limit(limit),
            .integer(withHidden ? 1 : 0)
        ).rows {
            Membership(
                conversation: current(try .init($0)),
                member: try MemberRecord($0, from: peer + 2),
                cursor: $0.integer(peer + 1),
                peer: $0.isNull(peer) ? nil : try $0.userID(peer)
            )
        }
    }

    package func inboxConversations(of user: UserKey) throws -> [ConversationKey] {
        try connection.statement(
            """
            SELECT t.ext_id, c.ext_id FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN member m ON m.user_no = u.user_no AND m.membership IS NOT NULL
                JOIN conversation c ON c.conv_no = m.conv_no AND c.kind <> 2 AND c.tenant_no = t.tenant_no
            WHERE t.ext_id = ?1 AND NOT m.hidden ORDER BY m.membership DESC
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).rows {
            try $0.conversationKey(tenant: 0, conversation: 1)
        }
    }
}

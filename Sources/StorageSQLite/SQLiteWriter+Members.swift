import CAASProtocol
import Chat

extension SQLiteWriter {
    func insert(_ conversation: NewConversation) throws -> ConversationRecord? {
        guard try self.conversation(conversation.key) == nil else { return nil }
        let tenant = try tenantNumber(conversation.key.tenant)
        // To have made something is no way of being named: a backend's key is no user.
        let creator = try conversation.createdBy.map { try row(of: $0, ofTenant: tenant, isKnown: false).number }
        try connection.statement(
            """
            INSERT INTO conversation (tenant_no, ext_id, handle, kind, visibility, created_at, created_by, created_frame,
                request_hash, name, metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bound(
            .integer(tenant),
            .text(conversation.key.conversation.rawValue),
            .integer(Int64(bitPattern: conversation.handle)),
            .integer(conversation.kind.stored),
            .integer(conversation.visibility.stored),
            .integer(conversation.createdAt),
            .integer(creator),
            .text(conversation.createdByFrame?.rawValue),
            .bytes(conversation.requestHash),
            .text(conversation.name),
            .textBytes(conversation.metadata?.utf8)
        ).run()
        touchedConversations[conversation.key] = connection.lastRow
        return try self.conversation(conversation.key)
    }

    func putSettings(of conversation: inout ConversationRecord) throws {
        let row = try cached(conversation)
        let settings = conversation
        try connection.statement("UPDATE conversation SET visibility = ?2, name = ?3, metadata = ?4 WHERE conv_no = ?1")
            .bound(
                .integer(row.record.number),
                .integer(settings.visibility.stored),
                .text(settings.name),
                .textBytes(settings.metadata?.utf8)
            ).run()
        change(row, &conversation) {
            $0.visibility = settings.visibility
            $0.name = settings.name
            $0.metadata = settings.metadata
        }
    }

    func put(_ member: MemberRecord, in conversation: inout ConversationRecord) throws {
        let row = try cached(conversation)
        let before = try self.member(of: conversation, member.user)
        let user = try user(member.user, ofTenant: row.tenantNumber).number
        let bannedUntil: Int64? = if case .banned(let until) = member.standing { until } else { nil }
        // Whoever becomes a member gets the next place among the own memberships, and keeps it while a member.
        try connection.statement(
            """
            INSERT INTO member (conv_no, user_id, user_no, role, banned_until, joined_at, joined_seq, hidden, membership)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, CASE WHEN ?4 IS NOT NULL THEN
                (SELECT coalesce(max(membership), 0) + 1 FROM member WHERE user_no = ?3 AND membership IS NOT NULL) END)
            ON CONFLICT (conv_no, user_id) DO UPDATE SET
                role = excluded.role, banned_until = excluded.banned_until, joined_at = excluded.joined_at,
                joined_seq = excluded.joined_seq, hidden = excluded.hidden,
                membership = iif(excluded.role IS NULL, NULL, coalesce(membership, excluded.membership))
            """
        ).bound(
            .integer(row.record.number),
            .text(member.user.rawValue),
            .integer(user),
            .integer(member.role?.stored),
            .integer(bannedUntil),
            .integer(member.joinedAt),
            .integer(member.joinedSeq),
            .integer(member.isHidden ? 1 : 0)
        ).run()
        noteMember(member, member.user, instead: before, row, &conversation)
        if conversation.kind == .direct { try notePair(of: row.record) }
    }

    func removeMember(_ user: UserID, from conversation: inout ConversationRecord) throws {
        let row = try cached(conversation)
        guard let before = try member(of: conversation, user) else {
            return bringUpToDate(&conversation, row)
        }
        try connection.statement("DELETE FROM member WHERE conv_no = ? AND user_id = ?")
            .bound(.integer(row.record.number), .text(user.rawValue)).run()
        noteMember(nil, user, instead: before, row, &conversation)
        if conversation.kind == .direct {
            try connection.statement("UPDATE conversation SET pair_low = NULL, pair_high = NULL WHERE conv_no = ?")
                .bound(.integer(row.record.number)).run()
        }
    }

    func put(_ user: UserRecord) throws {
        let number = try self.user(user.key.user, ofTenant: try tenantNumber(user.key.tenant)).number
        try connection.statement(
            """
            UPDATE user SET name = coalesce(?2, name), avatar_url = coalesce(?3, avatar_url)
            WHERE user_no = ?1 AND (name IS NOT coalesce(?2, name) OR avatar_url IS NOT coalesce(?3, avatar_url))
            """
        ).bound(.integer(number), .text(user.name), .text(user.avatarURL)).run()
    }

    /// Brings caches and counters up to date after a member's row was changed.
    private func noteMember(
        _ member: MemberRecord?,
        _ user: UserID,
        instead before: MemberRecord?,
        _ row: WriterCaches.Conversation,
        _ conversation: inout ConversationRecord
    ) {
        let name = WriterCaches.MemberName(conversation: row.record.number, user: user)
        touchedMembers.append(name)
        caches.members[name] = .some(member)
        change(row, &conversation) {
            $0.memberCount += (member?.role == nil ? 0 : 1) - (before?.role == nil ? 0 : 1)
            $0.ownerCount += (member?.role == .owner ? 1 : 0) - (before?.role == .owner ? 1 : 0)
        }
    }

    /// Writes down whose conversation a direct one is, once it has both users.
    private func notePair(of conversation: ConversationRecord) throws {
        try connection.statement(
            """
            UPDATE conversation SET (pair_low, pair_high) =
                (SELECT min(user_no), max(user_no) FROM member WHERE conv_no = ?1)
            WHERE conv_no = ?1 AND pair_low IS NULL AND (SELECT count(*) FROM member WHERE conv_no = ?1) = 2
            """
        ).bound(.integer(conversation.number)).run()
    }

    // MARK: Numbers of tenants and users

    func tenantNumber(_ tenant: TenantID) throws -> Int64 {
        if let known = caches.tenants[tenant] { return known }
        try connection.statement("INSERT INTO tenant (ext_id) VALUES (?) ON CONFLICT (ext_id) DO NOTHING")
            .bound(.text(tenant.rawValue)).run()
        let number = try connection.statement("SELECT tenant_no FROM tenant WHERE ext_id = ?")
            .bound(.text(tenant.rawValue)).first { $0.integer(0) }
        guard let number else { throw StorageError.impossible("tenant") }
        caches.tenants[tenant] = number
        touchedTenants.append(tenant)
        return number
    }

    /// A user's number; a user exists from the first time it is named.
    func user(_ user: UserID, ofTenant tenant: Int64) throws -> WriterCaches.User {
        let row = try row(of: user, ofTenant: tenant, isKnown: true)
        guard !row.isKnown else { return row }
        try connection.statement("UPDATE user SET is_known = 1 WHERE user_no = ?").bound(.integer(row.number)).run()
        row.isKnown = true
        touchedUsers.append(WriterCaches.UserName(tenantNumber: tenant, user: user))
        return row
    }

    /// The row that stands for a user's id, whether there is such a user or was one.
    ///
    /// - Parameter isKnown: Whether a row that has to be made is that of a user.
    func row(of user: UserID, ofTenant tenant: Int64, isKnown: Bool) throws -> WriterCaches.User {
        let name = WriterCaches.UserName(tenantNumber: tenant, user: user)
        if let known = caches.users[name] { return known }
        let found = try storedUser(name)
        if found == nil {
            try connection.statement("INSERT INTO user (tenant_no, ext_id, is_known) VALUES (?, ?, ?)")
                .bound(.integer(tenant), .text(user.rawValue), .integer(isKnown ? 1 : 0)).run()
            touchedUsers.append(name)
        }
        let row = found ?? WriterCaches.User(number: connection.lastRow, latest: nil, isKnown: isKnown)
        caches.users[name] = row
        return row
    }

    private func storedUser(_ name: WriterCaches.UserName) throws -> WriterCaches.User? {
        try connection.statement(
            """
            SELECT u.user_no, l.conv_no, l.seq, u.is_known FROM user u LEFT JOIN latest_send l USING (user_no)
            WHERE u.tenant_no = ? AND u.ext_id = ?
            """
        ).bound(.integer(name.tenantNumber), .text(name.user.rawValue)).first { row in
            WriterCaches.User(
                number: row.integer(0),
                latest: row.isNull(1) ? nil : (row.integer(1), row.integer(2)),
                isKnown: row.integer(3) != 0
            )
        }
    }
}

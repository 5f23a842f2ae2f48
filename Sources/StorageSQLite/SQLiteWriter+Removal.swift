import CAASProtocol
import Chat

/// Removing conversations and users.
///
/// A removed conversation keeps its row without anything in it, so that its number is never given again: what a user sent
/// refers to it. `tenant_no` is 0 while rows of it are left, and -1 after that; no tenant has these numbers, so that no
/// question about a tenant's conversations finds it.
extension SQLiteWriter {
    func remove(_ conversation: ConversationRecord) throws {
        let row = try cached(conversation)
        try connection.statement(
            """
            UPDATE conversation SET tenant_no = 0, ext_id = CAST(conv_no AS TEXT), name = NULL, metadata = NULL,
                created_by = NULL, created_frame = NULL, request_hash = NULL, pair_low = NULL, pair_high = NULL
            WHERE conv_no = ?
            """
        ).bound(.integer(row.record.number)).run()
        changedConversations.removeAll { $0 === row }
        touchedConversations[row.record.key] = row.record.number
        caches.conversations[row.record.number] = nil
        caches.numbers[row.record.key] = nil
    }

    func eraseRemoved(limit: Int) throws -> Bool {
        let found = try connection.statement("SELECT conv_no FROM conversation WHERE tenant_no = 0 LIMIT 1")
            .first { $0.integer(0) }
        guard let number = found else { return false }
        if try eraseMessages(of: number, limit: limit) > 0 { return true }
        if try removeFiles(of: number, limit: limit) > 0 { return true }
        let members = try connection.statement(
            """
            DELETE FROM member WHERE conv_no = ?1 AND user_id IN
                (SELECT user_id FROM member WHERE conv_no = ?1 ORDER BY user_id LIMIT ?2)
            """
        ).bound(.integer(number), .limit(limit)).run()
        if members == 0 {
            try connection.statement("UPDATE conversation SET tenant_no = -1 WHERE conv_no = ?")
                .bound(.integer(number)).run()
        }
        return true
    }

    /// Empties the contents of the first messages, then removes their rows (G14); returns how many there were.
    private func eraseMessages(of number: Int64, limit: Int) throws -> Int {
        let empty = MessageBody()
        try connection.statement(
            """
            UPDATE content SET hash = NULL, type = ?3, body = ?4, extras = NULL WHERE content_no IN
                (SELECT content_no FROM message WHERE conv_no = ?1 ORDER BY seq LIMIT ?2)
            """
        ).bound(.integer(number), .limit(limit), .text(empty.type), .text(empty.content)).run()
        let erased = try connection.statement(
            """
            DELETE FROM message WHERE conv_no = ?1 AND seq IN
                (SELECT seq FROM message WHERE conv_no = ?1 ORDER BY seq LIMIT ?2)
            """
        ).bound(.integer(number), .limit(limit)).run()
        if erased > 0 { hasErased = true }
        return erased
    }

    func replace(_ user: UserRecord) throws {
        let number = try self.user(user.key.user, ofTenant: try tenantNumber(user.key.tenant)).number
        try connection.statement("UPDATE user SET name = ?2, avatar_url = ?3 WHERE user_no = ?1")
            .bound(.integer(number), .text(user.name), .text(user.avatarURL)).run()
    }

    func removeUser(_ key: UserKey) throws {
        try connection.statement(
            """
            UPDATE call SET caller_told = caller_told OR caller = ?2, callee_told = callee_told OR callee = ?2
            WHERE tenant = ?1 AND ended_at IS NOT NULL AND (caller_told = 0 OR callee_told = 0)
                AND ?2 IN (caller, callee)
            """
        ).bound(.text(key.tenant.rawValue), .text(key.user.rawValue)).run()
        guard try user(key) != nil else { return }
        let tenant = try tenantNumber(key.tenant)
        let row = try row(of: key.user, ofTenant: tenant, isKnown: false)
        try connection.statement("UPDATE user SET is_known = 0, name = NULL, avatar_url = NULL WHERE user_no = ?")
            .bound(.integer(row.number)).run()
        try connection.statement("DELETE FROM presence WHERE user_no = ?").bound(.integer(row.number)).run()
        try removeBlocks(of: row.number)
        row.isKnown = false
        touchedUsers.append(WriterCaches.UserName(tenantNumber: tenant, user: key.user))
    }
}

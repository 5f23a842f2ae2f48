import CAASProtocol
import Chat

// MARK: Presence

extension SQLiteReading {
    package func presence(of user: UserKey) throws -> PresenceRecord? {
        try connection.statement(
            """
            SELECT p.choice, p.message, p.message_until, p.last_seen, p.hides_last_seen FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN presence p USING (user_no)
            WHERE t.ext_id = ?1
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).first { try PresenceRecord($0) }
    }

    package func directPartners(of user: UserKey) throws -> [UserID] {
        try connection.statement(
            """
            SELECT o.user_id FROM tenant t
                CROSS JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                CROSS JOIN member m ON m.user_no = u.user_no AND m.membership IS NOT NULL
                CROSS JOIN conversation c ON c.conv_no = m.conv_no AND c.kind = 0 AND c.tenant_no = t.tenant_no
                CROSS JOIN member o ON o.conv_no = c.conv_no AND o.user_id <> ?2 AND o.role IS NOT NULL
            WHERE t.ext_id = ?1 AND NOT m.hidden
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).rows { try $0.userID(0) }
    }

    package func sharesConversation(_ user: UserKey, with other: UserID) throws -> Bool {
        try connection.statement(
            """
            SELECT 1 FROM tenant t
                CROSS JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                CROSS JOIN member m ON m.user_no = u.user_no AND m.membership IS NOT NULL
                CROSS JOIN member o ON o.conv_no = m.conv_no AND o.user_id = ?3 AND o.role IS NOT NULL
                CROSS JOIN conversation c ON c.conv_no = m.conv_no AND c.kind <> 2 AND c.tenant_no = t.tenant_no
            WHERE t.ext_id = ?1 LIMIT 1
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue), .text(other.rawValue))
            .first { _ in true } ?? false
    }

    package func conversationCount(of user: UserKey) throws -> Int {
        try connection.statement(
            """
            SELECT count(*) FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN member m ON m.user_no = u.user_no AND m.membership IS NOT NULL
            WHERE t.ext_id = ?1
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).first { Int($0.integer(0)) } ?? 0
    }
}

extension SQLiteWriter {
    func put(_ presence: PresenceRecord, of user: UserKey) throws {
        let number = try self.user(user.user, ofTenant: try tenantNumber(user.tenant)).number
        try connection.statement(
            """
            INSERT INTO presence (user_no, choice, message, message_until, hides_last_seen) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (user_no) DO UPDATE SET
                choice = excluded.choice, message = excluded.message, message_until = excluded.message_until,
                hides_last_seen = excluded.hides_last_seen
            """
        ).bound(
            .integer(number),
            .text(presence.choice?.rawValue),
            .text(presence.message),
            .integer(presence.messageUntil),
            .integer(presence.hidesLastSeen ? 1 : 0)
        ).run()
    }

    func putLastSeen(_ time: Int64, of user: UserKey) throws {
        guard try self.user(user) != nil else { return }
        let number = try self.user(user.user, ofTenant: try tenantNumber(user.tenant)).number
        try connection.statement(
            """
            INSERT INTO presence (user_no, last_seen) VALUES (?, ?)
            ON CONFLICT (user_no) DO UPDATE SET last_seen = excluded.last_seen
            """
        ).bound(.integer(number), .integer(time)).run()
    }
}

extension PresenceRecord {
    /// Of the columns choice, message, message_until, last_seen and hides_last_seen.
    fileprivate init(_ row: Columns) throws(StorageError) {
        let choice = row.optionalText(0)
        self.init(
            choice: choice.flatMap(Choice.init),
            message: row.optionalText(1),
            messageUntil: row.optionalInteger(2),
            hidesLastSeen: row.integer(4) != 0,
            lastSeen: row.optionalInteger(3)
        )
        guard choice == nil || self.choice != nil else { throw .impossible("choice of presence") }
    }
}

import CAASProtocol
import Chat

// MARK: Members and users

extension SQLiteReading {
    package func member(of conversation: ConversationRecord, _ user: UserID) throws -> MemberRecord? {
        try connection.statement(
            "SELECT \(MemberRecord.columns) FROM member m WHERE m.conv_no = ? AND m.user_id = ?"
        ).bound(.integer(conversation.number), .text(user.rawValue)).first { try MemberRecord($0) }
    }

    package func members(of conversation: ConversationRecord, after cursor: UserID?, limit: Int) throws
        -> [MemberRecord]
    {
        // No id is empty, so every id comes after the empty text.
        try connection.statement(
            """
            SELECT \(MemberRecord.columns) FROM member m
            WHERE m.conv_no = ? AND m.user_id > ? AND m.role IS NOT NULL ORDER BY m.user_id LIMIT ?
            """
        ).bound(.integer(conversation.number), .text(cursor?.rawValue ?? ""), .limit(limit)).rows {
            try MemberRecord($0)
        }
    }

    package func memberIDs(of conversation: ConversationRecord) throws -> [UserID] {
        try connection.statement(
            "SELECT m.user_id FROM member m WHERE m.conv_no = ? AND m.role IS NOT NULL ORDER BY m.user_id"
        ).bound(.integer(conversation.number)).rows { try $0.userID(0) }
    }

    package func user(_ key: UserKey) throws -> UserRecord? {
        try connection.statement(
            """
            SELECT u.name, u.avatar_url FROM tenant t JOIN user u USING (tenant_no)
            WHERE t.ext_id = ? AND u.ext_id = ? AND u.is_known
            """
        ).bound(.text(key.tenant.rawValue), .text(key.user.rawValue)).first {
            UserRecord(key: key, name: $0.optionalText(0), avatarURL: $0.optionalText(1))
        }
    }
}

extension PreparedStatement.Value {
    /// A number of rows: below zero, SQLite would return all.
    static func limit(_ rows: Int) -> Self { .integer(Int64(max(0, rows))) }
}

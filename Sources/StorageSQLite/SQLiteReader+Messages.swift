import CAASProtocol
import Chat

// MARK: Messages

extension SQLiteReading {
    package func message(in conversation: ConversationRecord, seq: Int64) throws -> MessageRecord? {
        try connection.statement(
            """
            SELECT \(MessageRecord.columns) FROM \(MessageRecord.rows)
            WHERE m.conv_no = ? AND m.seq = ?
            """
        ).bound(.integer(conversation.number), .integer(seq)).first { try MessageRecord($0, in: conversation) }
    }

    package func sent(in conversation: ConversationRecord, by sender: UserID, as frame: FrameID) throws
        -> MessageRecord?
    {
        try connection.statement(
            """
            SELECT \(MessageRecord.columns) FROM \(MessageRecord.rows)
            WHERE m.conv_no = ?1 AND m.client_id = ?3 AND m.sender_no = (SELECT s.user_no FROM conversation c
                JOIN user s ON s.tenant_no = c.tenant_no AND s.ext_id = ?2 WHERE c.conv_no = ?1)
            """
        ).bound(.integer(conversation.number), .text(sender.rawValue), .text(frame.rawValue)).first {
            try MessageRecord($0, in: conversation)
        }
    }

    package func messages(
        in conversation: ConversationRecord,
        _ position: MessageHistory.Position,
        limit: Int
    ) throws -> [MessageRecord] {
        switch position {
        case .latest: try page(of: conversation, "m.seq < ?2 ORDER BY m.seq DESC", Int64.max, limit).reversed()
        case .before(let seq): try page(of: conversation, "m.seq < ?2 ORDER BY m.seq DESC", seq, limit).reversed()
        case .after(let seq): try page(of: conversation, "m.seq > ?2 ORDER BY m.seq", seq, limit)
        }
    }

    private func page(
        of conversation: ConversationRecord,
        _ place: String,
        _ seq: Int64,
        _ limit: Int
    ) throws -> [MessageRecord] {
        try connection.statement(
            """
            SELECT \(MessageRecord.columns) FROM \(MessageRecord.rows)
            WHERE m.conv_no = ?1 AND \(place) LIMIT ?3
            """
        ).bound(.integer(conversation.number), .integer(seq), .limit(limit)).rows {
            try MessageRecord($0, in: conversation)
        }
    }

    package func lastClientIDs(of user: UserKey, limit: Int) throws -> [FrameID] {
        try connection.statement(
            """
            WITH RECURSIVE sent (place, client_id, previous_conv, previous_seq) AS (
                SELECT 1, m.client_id, m.previous_conv, m.previous_seq FROM tenant t
                    JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                    JOIN latest_send l ON l.user_no = u.user_no
                    JOIN message m ON m.conv_no = l.conv_no AND m.seq = l.seq
                WHERE t.ext_id = ?1
                UNION ALL
                SELECT s.place + 1, m.client_id, m.previous_conv, m.previous_seq FROM sent s
                    JOIN message m ON m.conv_no = s.previous_conv AND m.seq = s.previous_seq
                WHERE s.place < ?3
            )
            SELECT client_id FROM sent ORDER BY place DESC LIMIT ?3
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue), .limit(limit)).rows {
            try $0.frameID(0)
        }
    }
}

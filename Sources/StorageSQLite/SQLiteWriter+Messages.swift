import CAASProtocol
import Chat

/// The statements of an append.
struct Appending {
    let message: PreparedStatement
    let content: PreparedStatement

    init(_ connection: Connection) throws {
        // The unique index finds a repeat: no question is asked for the many that are none.
        message = try connection.statement(
            """
            INSERT INTO message (conv_no, seq, created_offset, offset, sender_no, client_id, content_no,
                client_timestamp, created_at, previous_conv, previous_seq)
            VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (conv_no, sender_no, client_id) DO NOTHING
            """
        )
        content = try connection.statement(
            "INSERT INTO content (content_no, hash, type, body, extras) VALUES (?, ?, ?, ?, ?)"
        )
    }
}

extension SQLiteWriter {
    func append(_ message: NewMessage, to conversation: inout ConversationRecord) throws -> AppendResult {
        let row = try cached(conversation)
        let sender = try user(message.sender, ofTenant: row.tenantNumber)
        let seq = row.record.lastSeq + 1
        let offset = row.record.lastOffset + 1
        let content = try nextContent()
        let statements = try appending.get()
        let statement = statements.message
        statement.bind(1, row.record.number)
        statement.bind(2, seq)
        statement.bind(3, offset)
        statement.bind(4, sender.number)
        statement.bind(5, message.clientID.rawValue)
        statement.bind(6, content)
        statement.bind(7, message.clientTimestamp)
        statement.bind(8, message.createdAt)
        statement.bind(9, sender.latest?.conversation)
        statement.bind(10, sender.latest?.seq)
        guard try statement.run() == 1 else {
            bringUpToDate(&conversation, row)
            guard let first = try sent(in: conversation, by: message.sender, as: message.clientID) else {
                throw StorageError.impossible("repeat")
            }
            return .duplicate(first)
        }
        try insert(message.body, hash: message.contentHash, as: content, statements.content)
        sender.latest = (row.record.number, seq)
        if !sender.isChanged {
            sender.isChanged = true
            changedUsers.append(sender)
            touchedUsers.append(WriterCaches.UserName(tenantNumber: row.tenantNumber, user: message.sender))
        }
        change(row, &conversation) {
            $0.lastSeq = seq
            $0.lastOffset = offset
        }
        return .stored(seq: seq, offset: offset)
    }

    func edit(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        content: String,
        editedAt: Int64
    ) throws -> Int64 {
        let number = try nextContent()
        return try change(
            &message,
            in: &conversation,
            """
            UPDATE message SET offset = ?3, edited_at = ?4, edit_version = edit_version + 1, content_no = ?5
            WHERE conv_no = ?1 AND seq = ?2 AND deleted_at IS NULL
            """,
            .integer(editedAt),
            .integer(number)
        ) { old in
            var body = old.message.body
            body.content = content
            try insert(body, hash: old.contentHash, as: number, try appending.get().content)
        }
    }

    func delete(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        tombstone: Message.Tombstone
    ) throws -> Int64 {
        try change(
            &message,
            in: &conversation,
            """
            UPDATE message SET offset = ?3, deleted_at = ?4, deleted_by = ?5, delete_reason = ?6,
                client_timestamp = NULL
            WHERE conv_no = ?1 AND seq = ?2 AND deleted_at IS NULL
            """,
            .integer(tombstone.deletedAt),
            .text(tombstone.deletedBy.rawValue),
            .text(tombstone.reason)
        )
    }

    /// Empties a message's content and changes its row, under the next offset.
    ///
    /// - Parameters:
    ///   - sql: an update of the row; its first three values are conversation, seq and offset.
    ///   - body: what else there is to do, given the row as it was.
    private func change(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        _ sql: String,
        _ values: PreparedStatement.Value...,
        and body: (MessageRecord) throws -> Void = { _ in }
    ) throws -> Int64 {
        let row = try cached(conversation)
        let offset = row.record.lastOffset + 1
        let seq = message.message.seq
        guard let old = try self.message(in: row.record, seq: seq), old.message.tombstone == nil else {
            throw StorageError.failed("no such message")
        }
        let empty = MessageBody()
        try connection.statement(
            """
            UPDATE content SET hash = NULL, type = ?3, body = ?4, extras = NULL
            WHERE content_no = (SELECT content_no FROM message WHERE conv_no = ?1 AND seq = ?2)
            """
        ).bound(.integer(row.record.number), .integer(seq), .text(empty.type), .text(empty.content)).run()
        let statement = try connection.statement(sql)
            .bound(.integer(row.record.number), .integer(seq), .integer(offset))
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 4), value) }
        try statement.run()
        try body(old)
        guard let changed = try self.message(in: row.record, seq: seq) else { throw StorageError.impossible("message") }
        message = changed
        change(row, &conversation) { $0.lastOffset = offset }
        hasErased = true
        return offset
    }

    // MARK: Contents

    /// Appends what belongs to no message; returns its number.
    func insertContent(_ body: MessageBody) throws -> Int64 {
        let number = try nextContent()
        try insert(body, hash: nil, as: number, try appending.get().content)
        return number
    }

    func eraseContent(_ number: Int64) throws {
        let empty = MessageBody()
        try connection.statement(
            "UPDATE content SET hash = NULL, type = ?2, body = ?3, extras = NULL WHERE content_no = ?1"
        ).bound(.integer(number), .text(empty.type), .text(empty.content)).run()
        hasErased = true
    }

    private func nextContent() throws -> Int64 {
        if let known = caches.nextContent { return known }
        let last = try connection.statement("SELECT coalesce(max(content_no), 0) FROM content").first { $0.integer(0) }
        let next = (last ?? 0) + 1
        caches.nextContent = next
        return next
    }

    private func insert(_ body: MessageBody, hash: [UInt8]?, as number: Int64, _ statement: PreparedStatement) throws {
        statement.bind(1, number)
        statement.bind(2, bytes: hash)
        statement.bind(3, body.type)
        statement.bind(4, body.content)
        statement.bind(5, text: body.encodeExtras())
        try statement.run()
        caches.nextContent = number + 1
    }
}

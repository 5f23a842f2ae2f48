import CAASProtocol
import Chat

/// One transaction of the writer.
///
/// Counters and places are changed in ``WriterCaches`` and written once for each row at the end: a batch of many
/// messages to one conversation updates its row once. Confined to the writer's queue.
final class SQLiteWriter: SQLiteReading, StorageWriter {
    let connection: Connection
    let caches: WriterCaches

    /// What is still to be written at the end.
    var changedConversations: [WriterCaches.Conversation] = []
    var changedUsers: [WriterCaches.User] = []
    /// What the caches must forget if there is no commit.
    var touchedConversations: [ConversationKey: Int64] = [:]
    var touchedUsers: [WriterCaches.UserName] = []
    var touchedMembers: [WriterCaches.MemberName] = []
    var touchedTenants: [TenantID] = []

    /// Whether content was emptied, which the log still holds.
    var hasErased = false

    /// The statements of an append, looked up once for each transaction.
    lazy var appending = Result { try Appending(connection) }

    init(_ connection: Connection, caches: WriterCaches) {
        self.connection = connection
        self.caches = caches
    }

    // MARK: What the rows are at this point of the transaction

    func current(_ row: ConversationRecord) -> ConversationRecord {
        caches.conversations[row.number]?.record ?? row
    }

    func conversation(_ key: ConversationKey) throws -> ConversationRecord? {
        if let number = caches.numbers[key], let known = caches.conversations[number] { return known.record }
        return try loaded(
            """
            SELECT \(ConversationRecord.columns) FROM tenant t JOIN conversation c USING (tenant_no)
            WHERE t.ext_id = ? AND c.ext_id = ?
            """,
            .text(key.tenant.rawValue),
            .text(key.conversation.rawValue)
        )?.record
    }

    /// The cached row of a conversation, to be changed.
    func cached(_ conversation: ConversationRecord) throws -> WriterCaches.Conversation {
        if let known = caches.conversations[conversation.number] { return known }
        let row = try loaded(
            """
            SELECT \(ConversationRecord.columns) FROM conversation c JOIN tenant t USING (tenant_no)
            WHERE c.conv_no = ?
            """,
            .integer(conversation.number)
        )
        guard let row else { throw StorageError.failed("no such conversation") }
        return row
    }

    private func loaded(_ sql: String, _ values: PreparedStatement.Value...) throws -> WriterCaches.Conversation? {
        let statement = try connection.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(Int32(index + 1), value) }
        let row = try statement.first { row in
            WriterCaches.Conversation(
                try ConversationRecord(row),
                tenantNumber: row.integer(ConversationRecord.columnCount - 1)
            )
        }
        guard let row else { return nil }
        if let known = caches.conversations[row.record.number] {
            caches.numbers[row.record.key] = row.record.number
            return known
        }
        remember(row)
        return row
    }

    func remember(_ row: WriterCaches.Conversation) {
        caches.conversations[row.record.number] = row
        caches.numbers[row.record.key] = row.record.number
    }

    func member(of conversation: ConversationRecord, _ user: UserID) throws -> MemberRecord? {
        let name = WriterCaches.MemberName(conversation: conversation.number, user: user)
        if let known = caches.members[name] { return known }
        let row = try connection.statement(
            "SELECT \(MemberRecord.columns) FROM member m WHERE m.conv_no = ? AND m.user_id = ?"
        ).bound(.integer(conversation.number), .text(user.rawValue)).first { try MemberRecord($0) }
        caches.members[name] = .some(row)
        return row
    }

    func lastClientIDs(of user: UserKey, limit: Int) throws -> [FrameID] {
        try writeLatestSends()
        return try SQLiteReader(connection: connection).lastClientIDs(of: user, limit: limit)
    }

    // MARK: Changing what is cached

    /// Changes a conversation's counters; they are written at the end of the transaction.
    func change(
        _ row: WriterCaches.Conversation,
        _ conversation: inout ConversationRecord,
        _ body: (inout ConversationRecord) -> Void
    ) {
        body(&row.record)
        if !row.isChanged {
            row.isChanged = true
            changedConversations.append(row)
            touchedConversations[row.record.key] = row.record.number
        }
        bringUpToDate(&conversation, row)
    }

    func bringUpToDate(_ conversation: inout ConversationRecord, _ row: WriterCaches.Conversation) {
        conversation.lastSeq = row.record.lastSeq
        conversation.lastOffset = row.record.lastOffset
        conversation.memberCount = row.record.memberCount
        conversation.ownerCount = row.record.ownerCount
    }

    func nextOffset(of conversation: inout ConversationRecord) throws -> Int64 {
        change(try cached(conversation), &conversation) { $0.lastOffset += 1 }
        return conversation.lastOffset
    }
}

import CAASProtocol
import Chat

// MARK: Calls

extension SQLiteReading {
    package func call(_ key: CallKey) throws -> CallRecord? {
        try connection.statement("SELECT \(CallRecord.columns) FROM call WHERE tenant = ? AND call_id = ?")
            .bound(.text(key.tenant.rawValue), .text(key.call.rawValue)).first { try CallRecord($0) }
    }

    package func liveCalls() throws -> [CallRecord] {
        try connection.statement(
            "SELECT \(CallRecord.columns) FROM call WHERE ended_at IS NULL ORDER BY started_at, call_id"
        ).rows { try CallRecord($0) }
    }

    package func untoldCalls() throws -> [CallRecord] {
        try connection.statement(
            """
            SELECT \(CallRecord.columns) FROM call WHERE ended_at IS NOT NULL AND (caller_told = 0 OR callee_told = 0)
            ORDER BY started_at, call_id
            """
        ).rows { try CallRecord($0) }
    }

    package func shareConversation(tenant: TenantID, _ one: UserID, _ other: UserID) throws -> Bool {
        try connection.statement(
            """
            SELECT 1 FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN member m ON m.user_no = u.user_no AND m.membership IS NOT NULL
                JOIN conversation c ON c.conv_no = m.conv_no AND c.kind <> 2 AND c.tenant_no = t.tenant_no
                JOIN member o ON o.conv_no = m.conv_no AND o.user_id = ?3 AND o.role IS NOT NULL
            WHERE t.ext_id = ?1 LIMIT 1
            """
        ).bound(.text(tenant.rawValue), .text(one.rawValue), .text(other.rawValue)).first { _ in true } ?? false
    }
}

extension SQLiteWriter {
    func insert(_ call: CallRecord) throws -> Bool {
        try connection.statement(
            """
            INSERT INTO call (\(CallRecord.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """
        ).bound(
            [
                .text(call.key.tenant.rawValue),
                .text(call.key.call.rawValue),
                .text(call.conversation.rawValue),
                .text(call.caller.rawValue),
                .text(call.callee.rawValue),
                .text(call.type.rawValue),
                .text(call.callerDevice),
                .integer(call.startedAt),
                .integer(call.ringsUntil),
                .integer(call.version),
            ] + call.changing
        ).run() == 1
    }

    func change(_ call: inout CallRecord) throws -> Bool {
        let isChanged =
            try connection.statement(
                """
                UPDATE call SET version = version + 1, callee_device = ?4, has_rung = ?5, answered_at = ?6, ended_at = ?7,
                    reason = ?8, ended_by = ?9, duration = ?10, seen_at = ?11, caller_told = ?12, callee_told = ?13,
                    silent = ?14
                WHERE tenant = ?1 AND call_id = ?2 AND version = ?3
                """
            ).bound(
                [.text(call.key.tenant.rawValue), .text(call.key.call.rawValue), .integer(call.version)] + call.changing
            ).run() == 1
        if isChanged { call.version += 1 }
        return isChanged
    }

    func vouchForCalls(at time: Int64) throws {
        try connection.statement("UPDATE call SET seen_at = ? WHERE ended_at IS NULL").bound(.integer(time)).run()
    }

    func noteTold(_ users: Set<UserID>, of call: CallKey) throws {
        for user in users {
            try connection.statement(
                """
                UPDATE call SET caller_told = caller_told OR caller = ?3, callee_told = callee_told OR callee = ?3
                WHERE tenant = ?1 AND call_id = ?2
                """
            ).bound(.text(call.tenant.rawValue), .text(call.call.rawValue), .text(user.rawValue)).run()
        }
    }

    func forgetCalls(endedBefore time: Int64, limit: Int) throws {
        try connection.statement(
            """
            DELETE FROM call WHERE (tenant, call_id) IN
                (SELECT tenant, call_id FROM call WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)
            """
        ).bound(.integer(time), .limit(limit)).run()
    }
}

extension CallRecord {
    /// The columns that ``init(_:)`` reads, of `call`.
    static let columns = """
        tenant, call_id, conversation, caller, callee, type, caller_device, started_at, rings_until, version, \
        callee_device, has_rung, answered_at, ended_at, reason, ended_by, duration, seen_at, caller_told, callee_told, \
        silent
        """

    /// The last eleven columns: what may change but for the version.
    fileprivate var changing: [PreparedStatement.Value] {
        [
            .text(calleeDevice),
            .integer(hasRung ? 1 : 0),
            .integer(answeredAt),
            .integer(end?.at),
            .text(end?.reason.rawValue),
            .text(end?.by?.rawValue),
            .integer(end?.duration),
            .integer(seenAt),
            .integer(callerTold ? 1 : 0),
            .integer(calleeTold ? 1 : 0),
            .integer(isSilent ? 1 : 0),
        ]
    }

    init(_ row: Columns) throws(StorageError) {
        guard let tenant = TenantID(row.text(0)), let call = CallID(row.text(1)),
            let conversation = ConversationID(row.text(2)), let type = CallType(rawValue: row.text(5))
        else { throw .impossible("call") }
        self.init(
            key: CallKey(tenant: tenant, call: call),
            conversation: conversation,
            caller: try row.userID(3),
            callee: try row.userID(4),
            type: type,
            callerDevice: row.text(6),
            startedAt: row.integer(7),
            ringsUntil: row.integer(8)
        )
        version = row.integer(9)
        calleeDevice = row.optionalText(10)
        hasRung = row.integer(11) != 0
        answeredAt = row.optionalInteger(12)
        seenAt = row.integer(17)
        callerTold = row.integer(18) != 0
        calleeTold = row.integer(19) != 0
        isSilent = row.integer(20) != 0
        guard let endedAt = row.optionalInteger(13) else { return }
        guard let reason = CallEnded.Reason(rawValue: row.text(14)) else { throw .impossible("end of a call") }
        end = End(
            reason: reason,
            by: row.isNull(15) ? nil : try row.userID(15),
            at: endedAt,
            duration: row.integer(16)
        )
    }
}

import CAASProtocol
import Chat

// MARK: Blocks

extension SQLiteReading {
    package func isBlocked(_ user: UserID, by blocker: UserKey) throws -> Bool {
        try connection.statement(
            """
            SELECT 1 FROM tenant t
                CROSS JOIN user a ON a.tenant_no = t.tenant_no AND a.ext_id = ?2
                CROSS JOIN user b ON b.tenant_no = t.tenant_no AND b.ext_id = ?3
                CROSS JOIN block k ON k.blocker_no = a.user_no AND k.blocked_no = b.user_no
            WHERE t.ext_id = ?1
            """
        ).bound(.text(blocker.tenant.rawValue), .text(blocker.user.rawValue), .text(user.rawValue))
            .first { _ in true } ?? false
    }

    package func blockCount(of blocker: UserKey) throws -> Int {
        try connection.statement(
            """
            SELECT count(*) FROM tenant t
                CROSS JOIN user a ON a.tenant_no = t.tenant_no AND a.ext_id = ?2
                CROSS JOIN block k ON k.blocker_no = a.user_no
            WHERE t.ext_id = ?1
            """
        ).bound(.text(blocker.tenant.rawValue), .text(blocker.user.rawValue)).first { Int($0.integer(0)) } ?? 0
    }
}

extension SQLiteWriter {
    func block(_ user: UserID, by blocker: UserKey, at time: Int64) throws {
        let numbers = try numbers(user, blocker)
        try connection.statement(
            "INSERT INTO block (blocker_no, blocked_no, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).bound(.integer(numbers.blocker), .integer(numbers.blocked), .integer(time)).run()
    }

    func unblock(_ user: UserID, by blocker: UserKey) throws {
        guard try isBlocked(user, by: blocker) else { return }
        let numbers = try numbers(user, blocker)
        try connection.statement("DELETE FROM block WHERE blocker_no = ? AND blocked_no = ?")
            .bound(.integer(numbers.blocker), .integer(numbers.blocked)).run()
    }

    /// Forgets whom a user has blocked, and who has blocked it.
    func removeBlocks(of number: Int64) throws {
        for column in ["blocker_no", "blocked_no"] {
            try connection.statement("DELETE FROM block WHERE \(column) = ?").bound(.integer(number)).run()
        }
    }

    private func numbers(_ user: UserID, _ blocker: UserKey) throws -> (blocker: Int64, blocked: Int64) {
        let tenant = try tenantNumber(blocker.tenant)
        return (
            try self.user(blocker.user, ofTenant: tenant).number,
            try self.user(user, ofTenant: tenant).number
        )
    }
}

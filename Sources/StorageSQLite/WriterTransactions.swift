import Chat
import GRDB
import GRDBSQLite

/// Begins and ends the writer's transactions, and remembers what it learned in them.
///
/// `@unchecked Sendable`: everything but its making happens on the queue of the pool's writer.
final class WriterTransactions: @unchecked Sendable {
    /// Pages in the log that call for a checkpoint: 64 MiB.
    ///
    /// A checkpoint writes each changed page once, however often it stands in the log, and syncs twice; the busiest pages
    /// are those of the latest messages, which a thousand-page log would write again every few commits.
    static let checkpointPages: Int32 = 16_384

    private let caches = WriterCaches()
    private let failures = FailureRecord()
    /// What `PRAGMA data_version` said last; it changes when another connection has committed.
    private var dataVersion: Int64 = 0
    /// Pages in the log after the last commit; SQLite's hook writes it.
    private let logPages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

    /// Whether the log may hold what was deleted; true of a log that an earlier process left.
    private(set) var logHoldsErased = true

    private let checkpointPages: Int32
    /// Pages in the log when it was copied last.
    private var pagesAtCheckpoint: Int32 = 0

    init(checkpointPages: Int32) {
        self.checkpointPages = checkpointPages
        logPages.initialize(to: 0)
    }

    /// The pool, and so the connection that has the hook, is gone by now.
    deinit { logPages.deallocate() }

    /// Watches the log instead of SQLite, whose own checkpoints keep a failed sync to themselves.
    func attach(to database: Database) throws {
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        sqlite3_wal_hook(
            database.sqliteConnection,
            { pages, _, _, count in
                pages?.assumingMemoryBound(to: Int32.self).pointee = count
                return SQLITE_OK
            },
            logPages
        )
    }

    /// Whether the log is long, and has grown by a quarter of that since it was copied last.
    var wantsCheckpoint: Bool {
        let pages = logPages.pointee
        guard pages >= checkpointPages else { return false }
        return pages < pagesAtCheckpoint || pages >= pagesAtCheckpoint + checkpointPages / 4
    }

    /// Copies the log into the database.
    ///
    /// As far as readers let it; where they have let it become very long, it waits for them.
    func checkpoint(_ database: Database, truncating: Bool = false) throws {
        guard failures.unknownOutcome == nil, let connection = database.sqliteConnection else { return }
        pagesAtCheckpoint = logPages.pointee
        let waiting = pagesAtCheckpoint / 4 >= checkpointPages ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : waiting
        let code = sqlite3_wal_checkpoint_v2(connection, nil, mode, nil, nil)
        if code == SQLITE_OK, truncating { logHoldsErased = false }
        guard code != SQLITE_OK, code & 0xFF != SQLITE_BUSY else { return }
        let error = StorageError(code: code, message: String(cString: sqlite3_errmsg(connection)))
        failures.note(error, code: code)
        throw error
    }

    func run<Result>(_ database: Database, _ body: (any StorageWriter) throws -> Result) throws -> Result {
        if let failure = failures.unknownOutcome {
            throw StorageError.failed("no writes after a failed one until a restart: \(failure)")
        }
        failures.beginTransaction()
        let connection = Connection(database, noting: failures)
        try connection.statement("BEGIN IMMEDIATE").run()
        let writer = SQLiteWriter(connection, caches: caches)
        do {
            try forgetIfOthersWrote(connection)
            let before = sqlite3_total_changes(database.sqliteConnection)
            let result = try body(writer)
            try writer.finish()
            // Somebody caught an error of the store and went on: half a change must not stay.
            if let failure = failures.ofTransaction { throw failure }
            let isChanged = sqlite3_total_changes(database.sqliteConnection) != before
            try connection.statement(isChanged ? "COMMIT" : "ROLLBACK").run()
            logHoldsErased = logHoldsErased || writer.hasErased
            return result
        } catch {
            writer.forget()
            // Some errors have ended the transaction by themselves.
            if database.isInsideTransaction { _ = try? connection.statement("ROLLBACK").run() }
            throw error
        }
    }

    private func forgetIfOthersWrote(_ connection: Connection) throws {
        let version = try connection.statement("PRAGMA data_version").first { $0.integer(0) } ?? 0
        if version != dataVersion { caches.removeAll() } else { caches.trim() }
        dataVersion = version
    }
}

extension SQLiteWriter {
    /// Writes the counters and places that the transaction has changed.
    func finish() throws {
        let statement = try connection.statement(
            """
            UPDATE conversation SET last_seq = ?2, last_offset = ?3, member_count = ?4, owner_count = ?5 WHERE conv_no = ?1
            """
        )
        for row in changedConversations.sorted(by: { $0.record.number < $1.record.number }) {
            statement.bind(1, row.record.number)
            statement.bind(2, row.record.lastSeq)
            statement.bind(3, row.record.lastOffset)
            statement.bind(4, Int64(row.record.memberCount))
            statement.bind(5, Int64(row.record.ownerCount))
            try statement.run()
            row.isChanged = false
        }
        changedConversations = []
        try writeLatestSends()
    }

    func writeLatestSends() throws {
        let statement = try connection.statement(
            "INSERT OR REPLACE INTO latest_send (user_no, conv_no, seq) VALUES (?, ?, ?)"
        )
        for user in changedUsers.sorted(by: { $0.number < $1.number }) {
            guard let latest = user.latest else { continue }
            statement.bind(1, user.number)
            statement.bind(2, latest.conversation)
            statement.bind(3, latest.seq)
            try statement.run()
            user.isChanged = false
        }
        changedUsers = []
    }

    /// Makes the caches forget what there will be no commit of.
    func forget() {
        for (key, number) in touchedConversations {
            caches.conversations[number] = nil
            caches.numbers[key] = nil
        }
        for name in touchedUsers { caches.users[name] = nil }
        for name in touchedMembers { caches.members[name] = nil }
        for tenant in touchedTenants { caches.tenants[tenant] = nil }
        caches.nextContent = nil
    }
}

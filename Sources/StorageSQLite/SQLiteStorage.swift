package import Chat
import GRDB
import Synchronization

/// The record in one SQLite file, `caas.sqlite`, of a data directory.
///
/// One writer, whose transactions are on the disk when they return (`synchronous = FULL`), and a few readers beside it
/// (WAL). Deleted content is overwritten in the file at once; the log may hold it until it is written over, at the latest
/// until ``close()`` or ``truncateLog()`` (G14).
package final class SQLiteStorage: Storage {
    let pool: DatabasePool
    private let transactions: WriterTransactions
    /// Nil once closed.
    private let lock: Mutex<DirectoryLock?>
    /// What was looked at when the file was opened.
    package let inspection: Inspection

    /// Whether the file was checked for damage at opening.
    package enum Inspection: Sendable, Hashable {
        /// The whole file was read and found sound.
        case checked
        /// The file was too large to be read at each start.
        case skipped(bytes: Int64)
    }

    /// Opens, or makes, the store of a data directory, which it keeps for itself until it is closed.
    package convenience init(directory: String) throws(StorageError) {
        try self.init(directory: directory, settings: Settings())
    }

    /// What tests change.
    struct Settings: Sendable {
        /// Files up to this many bytes are checked for damage at opening: about half a second once they are in memory.
        var checkedBytes: Int64 = 512 << 20
        /// Pages in the log that call for a checkpoint.
        var checkpointPages = WriterTransactions.checkpointPages
        /// The longest wait for a command that is writing.
        var busyTimeout: Duration = .seconds(5)
        /// Pages of the file at most; nil is what SQLite allows.
        var maxPages: Int?
    }

    init(directory: String, settings: Settings) throws(StorageError) {
        do {
            let file = try DatabaseFile(directory: directory, settings: settings)
            let transactions = WriterTransactions(checkpointPages: settings.checkpointPages)
            inspection = try file.inspect()
            pool = try file.open(for: transactions)
            lock = Mutex(file.lock)
            self.transactions = transactions
        } catch {
            throw StorageError(error, opening: directory)
        }
    }

    package func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        try requireOpen()
        let transactions = transactions
        let (result, wantsCheckpoint) = try StorageError.translating {
            try pool.writeWithoutTransaction { database in
                (try transactions.run(database, body), transactions.wantsCheckpoint)
            }
        }
        // After the result has gone to those who wait for it.
        if wantsCheckpoint {
            pool.asyncWriteWithoutTransaction { try? transactions.checkpoint($0) }
        }
        return result
    }

    package func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result {
        try requireOpen()
        return try StorageError.translating {
            try pool.read { try body(SQLiteReader(connection: Connection($0))) }
        }
    }

    /// Empties the log if it may hold what was deleted, which then is nowhere in the directory any more (G14).
    ///
    /// Costs nothing where nothing was deleted since the last time. A reader that is under way may prevent it: false then.
    @discardableResult
    package func truncateLog() throws -> Bool {
        try requireOpen()
        let transactions = transactions
        return try StorageError.translating {
            try pool.writeWithoutTransaction { database in
                if transactions.logHoldsErased { try transactions.checkpoint(database, truncating: true) }
                return !transactions.logHoldsErased
            }
        }
    }

    package func tidy() throws {
        try truncateLog()
    }

    package func close() throws {
        guard lock.withLock({ $0 != nil }) else { return }
        defer { lock.withLock { $0 = nil } }
        _ = try? truncateLog()
        try StorageError.translating { try pool.close() }
    }

    private func requireOpen() throws(StorageError) {
        if lock.withLock({ $0 == nil }) { throw .closed }
    }
}

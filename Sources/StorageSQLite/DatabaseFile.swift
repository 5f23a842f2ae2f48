import Chat
import Foundation
import GRDB

/// The file of a data directory, on its way to being opened.
struct DatabaseFile {
    let lock: DirectoryLock
    private let path: String
    private let settings: SQLiteStorage.Settings

    /// Makes the directory (0700) and an empty file (0600) where there are none, and takes the directory's lock.
    init(directory: String, settings: SQLiteStorage.Settings) throws(StorageError) {
        self.settings = settings
        path = directory + "/caas.sqlite"
        let fault = DataDirectory.make(directory)
        guard fault == 0 else { throw StorageError(opening: fault) }
        lock = try DirectoryLock(directory: directory)
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("caas.sqlite is no file") }
            // SQLite takes what is shorter than a header for an empty file, and writes over it.
            guard status.st_size == 0 || status.st_size >= 512 else { throw .corrupt("too short for a database") }
            return
        }
        // The log and its index take their mode from the file.
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw StorageError(opening: errno)
        }
    }

    /// Refuses a file that is not ours, newer, or damaged, before anything is written to it.
    func inspect() throws -> SQLiteStorage.Inspection {
        var configuration = configuration
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try queue.unsafeRead { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version <= Schema.version else { throw StorageError.newer(found: version, known: Schema.version) }
            let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard application == Schema.applicationID || (version == 0 && tables == 0) else {
                throw StorageError.corrupt("a database of something else")
            }
            let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let bytes = try pages * (Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
            guard bytes <= settings.checkedBytes else { return .skipped(bytes: bytes) }
            let found = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
            guard found == "ok" else { throw StorageError.corrupt(found ?? "unknown damage") }
            return .checked
        }
    }

    func open(for transactions: WriterTransactions) throws -> DatabasePool {
        var configuration = configuration
        configuration.maximumReaderCount = 4
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // Only now: the pool has set NORMAL when it turned the log on.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw StorageError.failed("synchronous is not FULL")
            }
            try database.execute(sql: "PRAGMA secure_delete = ON")
            // One batch may change a thousand pages; what does not fit is written twice.
            try database.execute(sql: "PRAGMA cache_size = -65536")
            if let pages = settings.maxPages { try database.execute(sql: "PRAGMA max_page_count = \(pages)") }
            try migrate(database)
            try transactions.attach(to: database)
        }
        return pool
    }

    private func migrate(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        for step in version..<max(version, Schema.version) {
            try database.inTransaction(.immediate) {
                try database.execute(sql: Schema.steps[step])
                try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(step + 1)")
                return .commit
            }
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "caas"
        configuration.foreignKeysEnabled = false
        let (seconds, attoseconds) = settings.busyTimeout.components
        configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
        return configuration
    }
}

extension StorageError {
    /// Any error while opening: SQLite says "cannot open" also of a directory that may not be written.
    init(_ error: any Error, opening directory: String) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError:
            let isReadOnly = error.resultCode == .SQLITE_CANTOPEN && access(directory, W_OK) != 0
            self = isReadOnly ? .readOnly : StorageError(error)
        default: self = .failed("\(error)")
        }
    }
}

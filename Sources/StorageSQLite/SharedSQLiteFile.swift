package import Chat
import Foundation
import GRDB

/// The file of a data directory, opened for one command beside the service that may be writing to it.
///
/// Its transactions are as durable as the service's. It waits long and asks often for its turn, because a busy service
/// leaves the file unlocked for moments only, and holds the file so briefly that the service hardly waits.
package struct SharedSQLiteFile {
    /// Milliseconds, and so attempts, after which a turn is waited for no longer.
    private static let patience = 30_000

    private let queue: DatabaseQueue

    /// Opens a file that ``SQLiteStorage`` has made; makes nothing and changes nothing.
    package init(directory: String) throws(StorageError) {
        let path = directory + "/caas.sqlite"
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable("there is none in \(directory)") }
        // SQLite takes what is shorter than a header for an empty file.
        guard status.st_size == 0 || status.st_size >= 512 else { throw .corrupt("too short for a database") }
        do {
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try queue.unsafeRead { database in
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard version <= Schema.version else { throw StorageError.newer(found: version, known: Schema.version) }
                let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
                guard application == Schema.applicationID || version == 0 else {
                    throw StorageError.corrupt("a database of something else")
                }
                guard version == Schema.version else { throw StorageError.older(found: version, known: Schema.version) }
            }
        } catch {
            throw StorageError(error, opening: directory)
        }
    }

    /// Runs `body` on one consistent state.
    package func read<Result>(_ body: (any APIKeyReader) throws -> Result) throws -> Result {
        try StorageError.translating {
            try queue.read { try body(SQLiteReader(connection: Connection($0))) }
        }
    }

    /// Runs `body` as one transaction; when it returns, its changes are on the disk.
    package func write<Result>(_ body: (any APIKeyWriter) throws -> Result) throws -> Result {
        try StorageError.translating {
            try queue.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(SQLiteWriter(Connection(database), caches: WriterCaches()))
                    return .commit
                }
                guard let result else { preconditionFailure("a transaction that ends has run its body") }
                return result
            }
        }
    }

    package func close() throws {
        try StorageError.translating { try queue.close() }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "caas.command"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .callback { attempts in
            usleep(1_000)
            return attempts < patience
        }
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Only the service copies its log: it has to know when that fails.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        }
        return configuration
    }
}

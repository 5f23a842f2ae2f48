import Chat
import GRDB
import GRDBSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension StorageError {
    /// What an extended result code of SQLite means to the service.
    init(code: Int32, message: String) {
        self =
            switch code & 0xFF {
            // The shared index is grown before anything is written: what fails there is space.
            case _ where code == SQLITE_FULL || code == StorageError.sharedIndexSize: .full
            case SQLITE_BUSY, SQLITE_LOCKED: .locked
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt(message)
            case SQLITE_CANTOPEN: .unreadable(message)
            // Only a connection that was closed in the meantime is used wrongly.
            case SQLITE_MISUSE: .closed
            default: .failed("\(message) (SQLite \(code))")
            }
    }

    init(_ error: DatabaseError) {
        self.init(code: error.extendedResultCode.rawValue, message: error.message ?? "")
    }

    /// What the system says when a file cannot be opened or made.
    init(opening reason: Int32) {
        self =
            switch reason {
            case EACCES, EPERM, EROFS: .readOnly
            case ENOSPC, EDQUOT: .full
            default: .unreadable(String(cString: strerror(reason)))
            }
    }

    /// Runs `body`; errors of SQLite leave as ``StorageError``, all others as they are.
    static func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as DatabaseError { throw StorageError(error) }
    }

    /// SQLITE_IOERR_SHMSIZE.
    private static let sharedIndexSize = SQLITE_IOERR | 19 << 8

    /// Whether after this result nobody knows what is on the disk: a write or a sync that failed (G11).
    static func isUnknownOutcome(code: Int32) -> Bool {
        code & 0xFF == SQLITE_IOERR && code != sharedIndexSize
    }
}

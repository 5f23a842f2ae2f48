import Chat
import GRDB

/// A connection during one transaction: where statements come from.
struct Connection {
    let database: Database
    let failures: FailureRecord?

    init(_ database: Database, noting failures: FailureRecord? = nil) {
        self.database = database
        self.failures = failures
    }

    /// The number of the row that was inserted last.
    var lastRow: Int64 { database.lastInsertedRowID }

    /// The statement for `sql`, prepared when it is first asked for.
    func statement(_ sql: String) throws -> PreparedStatement {
        PreparedStatement(try database.cachedStatement(sql: sql), noting: failures)
    }
}

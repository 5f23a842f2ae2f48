import Foundation
import GRDB

extension SQLiteStorage {
    /// Bytes of the log on the disk: what was committed and is not yet copied into the database, and what is reused after that.
    ///
    /// Nil where there is no log.
    package var logBytes: Int64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: pool.path + "-wal")
        return (attributes?[.size] as? NSNumber)?.int64Value
    }
}

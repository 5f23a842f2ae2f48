package import CAASProtocol

/// Keeps the bytes of files; what is known about them stands in ``Storage`` (R53).
///
/// One suite of tests runs on every implementation. All calls block and come from queues made for it; calls about one
/// file come one after the other. Names are made by the service, and nothing of them comes from a user. Errors leave as
/// ``StorageError``.
///
/// A directory does this with one file for each. A store of objects would keep a file here until ``finish(_:)`` and
/// upload it then: what is promised of an unfinished one is promised by ``sync(_:)`` alone.
package protocol BlobStorage: Sendable {
    /// Makes an unfinished file, or takes one up again.
    ///
    /// - Returns: how many of its bytes are there.
    func begin(_ id: FileID) throws -> Int64

    /// Writes bytes behind the first `offset` ones; what stood further behind is gone.
    func append(_ bytes: [UInt8], to id: FileID, at offset: Int64) throws

    /// Returns when everything appended is durable.
    func sync(_ id: FileID) throws

    /// Returns when the file is durable as a whole; nothing is appended any more.
    func finish(_ id: FileID) throws

    /// The bytes of a range, fewer where the file ends before.
    func read(_ id: FileID, _ range: Range<Int64>) throws -> [UInt8]

    /// Removes every trace of a file; there need not be one.
    func remove(_ id: FileID) throws

    /// Returns when nothing brings back what was removed, a loss of power neither.
    func settleRemovals() throws
}

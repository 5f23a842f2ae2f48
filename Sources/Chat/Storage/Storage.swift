/// Keeps the record.
///
/// One suite of tests runs on every implementation. All calls block, and are made from queues made for it: ``write(_:)``
/// from one only (see ``ChatQueue``), ``read(_:)`` from any number beside it. An implementation is the only writer of its
/// data while it is open.
package protocol Storage: Sendable {
    /// Runs `body` as one transaction; when it returns, its changes are durable.
    ///
    /// A thrown error leaves nothing of the transaction behind. Errors of the store itself leave as ``StorageError``.
    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result

    /// Runs `body` on one consistent state that holds everything that was committed before the call.
    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result

    /// Removes what deleted content left outside the record, such as in a log (G14); called now and then, like ``write(_:)``.
    func tidy() throws

    /// Ends the use of the store; later calls throw ``StorageError/closed``.
    func close() throws
}

extension Storage {
    package func tidy() throws {}
}

/// Why the store could not do what it was asked for.
package enum StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No space is left; reading goes on.
    case full
    /// The file is locked by another process.
    case locked
    /// The file or its folder cannot be written.
    case readOnly
    /// The file is damaged, or no database.
    case corrupt(String)
    /// The file was written by a newer version.
    case newer(found: Int, known: Int)
    /// The file was written by an older version, and opening the store brings it up to date.
    case older(found: Int, known: Int)
    /// The file cannot be opened.
    case unreadable(String)
    /// The store was closed.
    case closed
    /// Anything else, in the words of the store.
    case failed(String)

    /// A sentence for whoever runs the service.
    package var description: String {
        switch self {
        case .full: "No space is left for the data."
        case .locked: "The data directory is in use by another process."
        case .readOnly: "The data directory or its file is read-only."
        case .corrupt(let detail): "The data file is damaged, or no database: \(detail)."
        case .newer(let found, let known):
            "The data file was written by a newer version (its schema is \(found), this one knows \(known))."
        case .older(let found, let known):
            "The data file was written by an older version (its schema is \(found), this one knows \(known)): "
                + "start the service of this version once."
        case .unreadable(let detail): "The data file cannot be opened: \(detail)."
        case .closed: "The store is closed."
        case .failed(let detail): "The store failed: \(detail)."
        }
    }
}

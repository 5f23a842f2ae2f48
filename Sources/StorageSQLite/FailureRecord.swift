import Chat

/// What went wrong on the writer's connection.
///
/// Confined to the queue of that connection.
final class FailureRecord {
    /// The first failure of this transaction: it cannot be committed any more, whoever caught the error.
    private(set) var ofTransaction: StorageError?
    /// A write or a sync failed: what the disk holds is unknown, and nothing may be acknowledged until a restart (G11).
    private(set) var unknownOutcome: StorageError?

    func note(_ error: StorageError, code: Int32) {
        if ofTransaction == nil { ofTransaction = error }
        if unknownOutcome == nil, StorageError.isUnknownOutcome(code: code) { unknownOutcome = error }
    }

    func beginTransaction() { ofTransaction = nil }
}

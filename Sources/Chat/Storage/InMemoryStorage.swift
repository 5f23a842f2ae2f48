import Synchronization

/// Keeps everything in memory: for tests, and for trying the service out.
///
/// Each transaction works on a copy of the state that replaces the committed one at its end, so readers never wait and
/// never see half of a transaction.
package final class InMemoryStorage: Storage {
    private struct Content {
        /// Nil once closed.
        var committed: InMemoryStorageState?
        var isWriting = false
    }

    private let content = Mutex(Content(committed: InMemoryStorageState()))

    /// An empty store.
    package init() {}

    package func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        let writer = InMemoryStorageWriter(try beginning())
        defer { content.withLock { $0.isWriting = false } }
        let result = try body(writer)
        let state = writer.state
        try content.withLock {
            guard $0.committed != nil else { throw StorageError.closed }
            $0.committed = state
        }
        return result
    }

    package func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result {
        guard let state = content.withLock({ $0.committed }) else { throw StorageError.closed }
        return try body(InMemoryStorageReader(state: state))
    }

    package func close() throws {
        content.withLock { $0.committed = nil }
    }

    private func beginning() throws -> InMemoryStorageState {
        try content.withLock {
            precondition(!$0.isWriting, "writes come from one thread only, and do not nest")
            guard let state = $0.committed else { throw StorageError.closed }
            $0.isWriting = true
            return state
        }
    }
}

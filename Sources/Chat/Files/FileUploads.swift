import CAASProtocol
import Synchronization

/// Which connection sends which file: two at once at most (R53).
///
/// Shared by the chat queue, where connections come and go and files begin, and the lanes, where files are taken up again.
/// A place is looked for and taken in one step, by whoever grants it; what a transaction takes goes back if it fails, and
/// until it is stored lanes see who had it before.
final class FileUploads: Sendable {
    /// Files that one connection may be sending.
    static let perConnection = 2

    private struct Table {
        /// The connections that are here: nobody else is given a place, which nothing would take back.
        var here: Set<ConnectionID> = []
        var files: [ConnectionID: Set<FileID>] = [:]
        var connections: [FileID: ConnectionID] = [:]
        /// What the chat queue's transaction has given to whom, and who had it before.
        var given: [(file: FileID, to: ConnectionID, from: ConnectionID?)] = []

        func hasRoom(for file: FileID, on connection: ConnectionID) -> Bool {
            here.contains(connection)
                && files[connection]?.count { $0 != file } ?? 0 < FileUploads.perConnection
        }

        func sender(of file: FileID) -> ConnectionID? {
            if let first = given.first(where: { $0.file == file }) { return first.from }
            return connections[file]
        }

        /// A lane has given the file to somebody since, or to nobody: that stands, whatever becomes of the transaction.
        mutating func settle(_ file: FileID) { given.removeAll { $0.file == file } }

        mutating func begin(_ file: FileID, on connection: ConnectionID) {
            end(file)
            files[connection, default: []].insert(file)
            connections[file] = connection
        }

        mutating func end(_ file: FileID) {
            guard let connection = connections.removeValue(forKey: file) else { return }
            files[connection]?.remove(file)
            if files[connection]?.isEmpty ?? false { files[connection] = nil }
        }

        mutating func giveBack() {
            for (file, taker, owner) in given.reversed() where connections[file] == taker {
                end(file)
                // Unless it has gone since, or sends something else.
                if let owner, hasRoom(for: file, on: owner) { begin(file, on: owner) }
            }
            given.removeAll()
        }
    }

    private let table = Mutex(Table())

    /// How many a connection is sending.
    func count(of connection: ConnectionID) -> Int { table.withLock { $0.files[connection]?.count ?? 0 } }

    /// Who began a file, or took it up last, and is still there.
    func sender(of file: FileID) -> ConnectionID? { table.withLock { $0.sender(of: file) } }

    /// A file is sent by a connection and by no other any more; `RATE_LIMITED` where that sends two others already.
    ///
    /// Then the file stays with whoever has it, as it does where the connection has gone meanwhile.
    func takeUp(_ file: FileID, on connection: ConnectionID) throws(SpecError) {
        try take(file, on: connection, inTransaction: false)
    }

    func end(_ file: FileID) {
        table.withLock { table in
            table.settle(file)
            table.end(file)
        }
    }

    // MARK: On the chat queue

    func connect(_ connection: ConnectionID) { table.withLock { _ = $0.here.insert(connection) } }

    func disconnect(_ connection: ConnectionID) {
        table.withLock { table in
            table.here.remove(connection)
            for file in table.files.removeValue(forKey: connection) ?? [] { table.connections[file] = nil }
        }
    }

    /// What is given by ``give(_:to:)`` from here on is one transaction's.
    func beginTransaction() { table.withLock { $0.given.removeAll() } }

    /// The same as ``takeUp(_:on:)``, as part of a transaction.
    func give(_ file: FileID, to connection: ConnectionID) throws(SpecError) {
        try take(file, on: connection, inTransaction: true)
    }

    /// The transaction was stored.
    func commitTransaction() { table.withLock { $0.given.removeAll() } }

    /// Nothing of the transaction was stored.
    func rollBackTransaction() { table.withLock { $0.giveBack() } }

    // MARK: -

    private func take(_ file: FileID, on connection: ConnectionID, inTransaction: Bool) throws(SpecError) {
        let (isTaken, isHere) = table.withLock { table in
            guard table.hasRoom(for: file, on: connection) else { return (false, table.here.contains(connection)) }
            if inTransaction {
                table.given.append((file, connection, table.connections[file]))
            } else {
                table.settle(file)
            }
            table.begin(file, on: connection)
            return (true, true)
        }
        // Who has gone does not read this.
        guard isHere else { throw .resumedElsewhere }
        guard isTaken else { throw .tooManyUploads("connection", Self.perConnection) }
    }
}

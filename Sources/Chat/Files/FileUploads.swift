import CAASProtocol
import Synchronization

/// Which connection sends which file: two at once at most (R53).
///
/// Shared by the chat queue, where files begin and connections end, and the lanes, where files are taken up again.
final class FileUploads: Sendable {
    /// Files that one connection may be sending.
    static let perConnection = 2

    private struct Table {
        var files: [ConnectionID: Set<FileID>] = [:]
        var connections: [FileID: ConnectionID] = [:]

        func count(of connection: ConnectionID, besides file: FileID?) -> Int {
            files[connection]?.count { $0 != file } ?? 0
        }

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
    }

    private let table = Mutex(Table())

    /// How many a connection is sending.
    func count(of connection: ConnectionID) -> Int { table.withLock { $0.count(of: connection, besides: nil) } }

    /// Who began a file, or took it up last, and is still there.
    func sender(of file: FileID) -> ConnectionID? { table.withLock { $0.connections[file] } }

    /// A file is sent by a connection, and by no other any more.
    func begin(_ file: FileID, on connection: ConnectionID) { table.withLock { $0.begin(file, on: connection) } }

    /// The same, unless the connection sends two others already: then it stays with whoever has it.
    func takeUp(_ file: FileID, on connection: ConnectionID) throws(SpecError) {
        let isTaken = table.withLock { table in
            guard table.count(of: connection, besides: file) < Self.perConnection else { return false }
            table.begin(file, on: connection)
            return true
        }
        guard isTaken else { throw .tooManyUploads("connection", Self.perConnection) }
    }

    func end(_ file: FileID) { table.withLock { $0.end(file) } }

    func disconnect(_ connection: ConnectionID) {
        table.withLock { table in
            for file in table.files.removeValue(forKey: connection) ?? [] { table.connections[file] = nil }
        }
    }
}

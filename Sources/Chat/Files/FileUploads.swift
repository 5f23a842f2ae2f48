import CAASProtocol

/// Which files each connection is sending: two at once at most (R53).
///
/// Confined to the chat queue.
struct FileUploads {
    /// Files that one connection may be sending.
    static let perConnection = 2

    private var files: [ConnectionID: Set<FileID>] = [:]
    private var connections: [FileID: ConnectionID] = [:]

    /// How many a connection is sending, besides one.
    func count(of connection: ConnectionID, besides file: FileID? = nil) -> Int {
        files[connection]?.count { $0 != file } ?? 0
    }

    /// A file is sent by a connection, and by no other any more.
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

    mutating func disconnect(_ connection: ConnectionID) {
        for file in files.removeValue(forKey: connection) ?? [] { connections[file] = nil }
    }
}

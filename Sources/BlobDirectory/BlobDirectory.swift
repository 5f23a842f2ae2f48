package import CAASProtocol
package import Chat

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps each file of users as one file of a directory, which holds nothing else.
///
/// Nothing stays open between calls, so that it costs no descriptors.
package struct BlobDirectory: BlobStorage {
    private let path: String

    /// Makes the directory where there is none, for the owner alone; the one around it must be there.
    package init(_ path: String) throws(StorageError) {
        self.path = path
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("make the directory of files") }
    }

    package func begin(_ id: FileID) throws(StorageError) -> Int64 {
        let (file, isNew) = try makeOrOpen(id)
        defer { file.close() }
        // The name must outlast a loss of power, as what stands under it will.
        if isNew { try syncDirectory() }
        return try file.size()
    }

    package func append(_ bytes: [UInt8], to id: FileID, at offset: Int64) throws(StorageError) {
        let file = try OpenedFile(name(id), O_WRONLY)
        defer { file.close() }
        let size = try file.size()
        guard size >= offset else { throw .failed("a hole in a file") }
        if size > offset { try file.truncate(to: offset) }
        try file.write(bytes, at: offset)
    }

    package func sync(_ id: FileID) throws(StorageError) {
        let file = try OpenedFile(name(id), O_WRONLY)
        defer { file.close() }
        try file.sync()
    }

    package func finish(_ id: FileID) throws(StorageError) {
        try sync(id)
        try syncDirectory()
    }

    package func read(_ id: FileID, _ range: Range<Int64>) throws(StorageError) -> [UInt8] {
        let file = try OpenedFile(name(id), O_RDONLY)
        defer { file.close() }
        return try file.read(range)
    }

    package func remove(_ id: FileID) throws(StorageError) {
        guard unlink(name(id)) == 0 || errno == ENOENT else { throw .last("remove a file") }
    }

    package func settleRemovals() throws(StorageError) { try syncDirectory() }

    /// An id is a prefix and digits: no path leads out of the directory.
    private func name(_ id: FileID) -> String { "\(path)/\(id.rawValue)" }

    private func makeOrOpen(_ id: FileID) throws(StorageError) -> (file: OpenedFile, isNew: Bool) {
        guard id.isOfService else { throw .failed("no name of a file") }
        let made = open(name(id), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if made >= 0 { return (OpenedFile(made), true) }
        guard errno == EEXIST else { throw .last("make a file") }
        return (try OpenedFile(name(id), O_WRONLY), false)
    }

    private func syncDirectory() throws(StorageError) {
        let directory = try OpenedFile(path, O_RDONLY | O_DIRECTORY)
        defer { directory.close() }
        try directory.sync()
    }
}

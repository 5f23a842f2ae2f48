package import Chat

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps a second process from serving the same data directory.
///
/// An advisory lock on a file of its own: commands may still open the database beside the service. It is held until
/// the object goes, or the process does.
package final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of `directory`, or throws ``StorageError/locked``.
    package init(directory: String) throws(StorageError) {
        descriptor = open(Self.path(directory), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(opening: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // The descriptor is closed with the object, which stands already.
            throw errno == EWOULDBLOCK ? .locked : StorageError(opening: errno)
        }
        let text = Array("\(getpid())\n".utf8)
        // Who holds the lock is for people to read: a disk too full for it is no reason not to start.
        _ = ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, text.count, 0) == text.count
    }

    deinit {
        if descriptor >= 0 { Self.close(descriptor) }
    }

    /// The process that holds, or was the last to hold, the lock of `directory`.
    package static func holder(directory: String) -> Int32? {
        let descriptor = open(path(directory), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let text = [UInt8](unsafeUninitializedCapacity: 16) { $1 = max(0, read(descriptor, $0.baseAddress, 16)) }
        return Int32(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    private static func path(_ directory: String) -> String { directory + "/caas.lock" }

    private static func close(_ descriptor: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }
}

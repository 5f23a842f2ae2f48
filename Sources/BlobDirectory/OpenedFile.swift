import Chat

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file's descriptor, with the system's calls as errors of the store.
struct OpenedFile {
    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    init(_ path: String, _ flags: Int32) throws(StorageError) {
        descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .last("open a file") }
    }

    func close() {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }

    func size() throws(StorageError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last("look at a file") }
        return Int64(status.st_size)
    }

    func truncate(to size: Int64) throws(StorageError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .last("cut a file") }
    }

    func sync() throws(StorageError) {
        guard fsync(descriptor) == 0 else { throw .last("sync a file") }
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor,
                    buffer.baseAddress.map { $0 + done },
                    buffer.count - done,
                    off_t(offset) + off_t(done)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write a file") }
            done += count
        }
    }

    func read(_ range: Range<Int64>) throws(StorageError) -> [UInt8] {
        let end = min(range.upperBound, try size())
        guard let length = Int(exactly: end - range.lowerBound), length > 0 else { return [] }
        var failure: StorageError?
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
            while filled < length {
                let place = off_t(range.lowerBound) + off_t(filled)
                let count = pread(descriptor, buffer.baseAddress.map { $0 + filled }, length - filled, place)
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = .last("read a file") }
                if count <= 0 { return }
                filled += count
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension StorageError {
    /// What the system has just said.
    static func last(_ what: String) -> StorageError {
        switch errno {
        case ENOSPC, EDQUOT: .full
        case EROFS, EACCES, EPERM: .readOnly
        default: .failed("cannot \(what): \(String(cString: strerror(errno)))")
        }
    }
}

import Foundation

/// A file with the public keys of one issuer, which may change while the service runs.
package struct KeySetFile: Sendable, Hashable {
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// What stands in the file now.
    ///
    /// Blocks.
    package func read() throws(KeySetError) -> KeySet {
        do throws(KeySet.At) { return try KeySet(parsing: try bytes()) } catch {
            throw KeySetError(path: path, key: error.key, fault: error.fault)
        }
    }

    private func bytes() throws(KeySet.At) -> [UInt8] {
        do throws(KeySetFault) {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { throw .unreadable(Self.reason()) }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw .unreadable(Self.reason()) }
            guard status.st_mode & S_IFMT == S_IFREG else { throw .noFile }
            // Who can add a key can sign for anybody.
            guard status.st_mode & 0o022 == 0 else { throw .writable }
            return try Self.bytes(of: descriptor)
        } catch {
            throw KeySet.At(key: nil, fault: error)
        }
    }

    /// One byte more than allowed is enough to refuse the file.
    private static func bytes(of descriptor: Int32) throws(KeySetFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: KeySet.bytes + 1)
        var total = 0
        while total < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress.map { $0 + total }, buffer.count - total)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(reason()) }
            if count == 0 { break }
            total += count
        }
        return Array(bytes[..<total])
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}

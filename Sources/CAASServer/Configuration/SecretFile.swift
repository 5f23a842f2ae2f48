import Foundation
import StorageSQLite

/// A file with an HS256 secret: its bytes less one trailing newline, at least 32, no group or other mode bits.
package enum SecretFile {
    /// Bytes of a secret at least (RFC 7518 §3.2), and at most.
    static let length = 32...4096

    /// Where development keeps the secret it makes.
    package static func path(inData directory: String) -> String {
        directory + "/jwt-secret"
    }

    /// Whether development has made its secret.
    static func exists(inData directory: String) -> Bool {
        access(path(inData: directory), F_OK) == 0
    }

    /// The secret in a file.
    ///
    /// - Parameter length: Bytes that it may have.
    package static func read(
        _ path: String,
        length: ClosedRange<Int> = length
    ) throws(ConfigurationError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw fault(path, "cannot be read: \(reason())") }
        defer { close(descriptor) }
        var status = stat()
        // Of the open file, so that what is checked is what is read.
        guard fstat(descriptor, &status) == 0 else { throw fault(path, "cannot be read: \(reason())") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw fault(path, "is no file") }
        guard status.st_mode & 0o077 == 0 else {
            throw fault(path, "can be reached by others than its owner: `chmod 600` it")
        }
        var bytes = [UInt8](repeating: 0, count: length.upperBound + 2)
        let count = Self.read(descriptor, into: &bytes)
        guard count >= 0 else { throw fault(path, "cannot be read: \(reason())") }
        bytes.removeSubrange(count...)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard length.contains(bytes.count) else {
            throw fault(path, "must have \(length.lowerBound) to \(length.upperBound) bytes")
        }
        return bytes
    }

    /// The secret in the data directory, which is made with 32 random bytes as base64url where there is none.
    package static func readOrMake(inData directory: String) throws(ConfigurationError) -> [UInt8] {
        let path = path(inData: directory)
        if !exists(inData: directory) { try make(path, inData: directory) }
        return try read(path)
    }

    /// The same for another secret of the service's own.
    static func readOrMake(_ name: String, inData directory: String) throws(ConfigurationError) -> [UInt8] {
        let path = "\(directory)/\(name)"
        if access(path, F_OK) != 0 { try make(path, inData: directory) }
        return try read(path)
    }

    private static func make(_ path: String, inData directory: String) throws(ConfigurationError) {
        let failure = DataDirectory.make(directory)
        guard failure == 0 else {
            throw ConfigurationError(["The data directory \(directory) cannot be made: \(reason(failure))."])
        }
        // Written whole beside its place, then linked into it: nobody ever reads half a secret, and of two processes that
        // start at once one wins and both use its secret.
        let draft = path + ".\(getpid()).\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault(path, "cannot be made: \(reason())") }
        defer { unlink(draft) }
        let text = Array((randomText() + "\n").utf8)
        let isWritten = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        let why = reason()
        guard close(descriptor) == 0, isWritten else { throw fault(path, "cannot be written: \(why)") }
        guard link(draft, path) == 0 || errno == EEXIST else { throw fault(path, "cannot be made: \(reason())") }
    }

    private static func randomText() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Bytes read, negative where it failed.
    private static func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Int {
        var total = 0
        while total < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress.map { $0 + total }, buffer.count - total)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return count }
            if count == 0 { break }
            total += count
        }
        return total
    }

    private static func fault(_ path: String, _ what: String) -> ConfigurationError {
        ConfigurationError(["The secret file \(path) \(what)."])
    }

    private static func reason(_ number: Int32 = errno) -> String {
        String(cString: strerror(number))
    }
}

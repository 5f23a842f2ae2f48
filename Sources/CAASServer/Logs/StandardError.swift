import Foundation
import Synchronization

/// Where the log goes.
enum StandardError {
    /// Held while a line is written, so that lines stay whole.
    private static let lock = Mutex(())

    /// Writes a line; what cannot be written is lost, and nothing else stops for it.
    static func write(_ line: String) {
        lock.withLock { _ in
            var rest = Array(line.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest.removeFirst(count)
            }
        }
    }
}

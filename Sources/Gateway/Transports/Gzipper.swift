package import NIOCore
import Synchronization

/// Compresses bodies of HTTP, one after the other, with one stream of zlib: one for all connections of an event loop (R69).
///
/// The stream is made when it is first needed. The lock is the compiler's proof; one event loop never waits for it.
package final class Gzipper: Sendable {
    let settings: CompressionSettings
    private let stream = Mutex<GzipStream?>(nil)

    package init(_ settings: CompressionSettings) {
        self.settings = settings
    }

    /// Whether a stream was made, of a quarter of a megabyte.
    var hasStream: Bool { stream.withLock { $0 != nil } }

    /// The body as gzip; nil where zlib has no memory.
    package func compress(_ body: ByteBuffer) -> ByteBuffer? {
        stream.withLock { stream in
            if stream == nil { stream = GzipStream(level: settings.level) }
            return stream?.compress(body)
        }
    }
}

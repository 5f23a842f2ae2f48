package import NIOCore

/// The body of a request while it comes, for one reader who takes it piece by piece.
///
/// Confined to its connection's event loop: `@unchecked Sendable` because ``next()`` hops there, and all else is called on it.
package final class IncomingBody: @unchecked Sendable {
    /// Bytes of a piece, but for the last.
    static let pieceBytes = 128 * 1024

    /// The connection ended before the body, or the body is not worth its chunks.
    struct Broken: Error {}

    private enum End {
        /// All of it has come.
        case whole
        /// No more of it comes.
        case broken
    }

    private let eventLoop: any EventLoop
    private var buffer = ByteBuffer()
    private var end: End?
    private var waiting: EventLoopPromise<ByteBuffer?>?
    /// Parts and bytes that have come.
    private var parts = 0
    private var bytes = 0
    /// Told whether more is wanted.
    var demand: (Bool) -> Void = { _ in }

    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The next bytes; nil behind the last.
    ///
    /// Throws where no more of it comes, behind what had come.
    package func next() async throws -> ByteBuffer? {
        try await eventLoop.flatSubmit { self.take() }.get()
    }

    func take() -> EventLoopFuture<ByteBuffer?> {
        let promise = eventLoop.makePromise(of: ByteBuffer?.self)
        waiting = promise
        if buffer.readableBytes < Self.pieceBytes, end == nil { demand(true) }
        answer()
        return promise.futureResult
    }

    /// Takes what has come.
    func receive(_ part: ByteBuffer) {
        guard end == nil else { return }
        parts += 1
        bytes += part.readableBytes
        // Chunks of a few bytes cost a hundred times what they carry.
        guard parts <= 1_000 + bytes / 64 else { return fail() }
        buffer.writeImmutableBuffer(part)
        if buffer.readableBytes >= Self.pieceBytes { demand(false) }
        answer()
    }

    /// All of it has come.
    func finish() { stop(.whole) }

    /// No more of it comes.
    func fail() { stop(.broken) }

    private func stop(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        answer()
    }

    private func answer() {
        guard let promise = waiting, end != nil || buffer.readableBytes >= Self.pieceBytes else { return }
        waiting = nil
        if buffer.readableBytes > 0 {
            promise.succeed(buffer)
            buffer = ByteBuffer()
        } else if end == .whole {
            promise.succeed(nil)
        } else {
            promise.fail(Broken())
        }
    }
}

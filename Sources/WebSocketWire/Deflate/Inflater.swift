import NIOCore
import Synchronization

/// Inflates whole messages, each by itself: one for all connections of an event loop.
///
/// RFC 7692 §7.2.2. No connection has an inflater of its own, not even while a message is on its way: what is compressed is
/// kept as it came until it is whole.
package final class Inflater: Sendable {
    private struct State {
        /// Streams that nobody uses; more than one where several threads share this.
        var idle: [InflateStream] = []
        var totals = DeflateTotals()
    }

    private let state = Mutex(State())

    package init() {}

    /// What was inflated since this was asked for last.
    package func takeTotals() -> DeflateTotals {
        state.withLock { state in
            defer { state.totals = DeflateTotals() }
            return state.totals
        }
    }

    /// Hands out what a message's payload inflates to, piece by piece; whoever takes them ends it by throwing.
    func inflate(
        _ payload: ByteBuffer,
        isCut: Bool = false,
        _ take: (UnsafeRawBufferPointer) throws(Violation) -> Void
    ) throws(Violation) {
        guard let stream = state.withLock({ $0.idle.popLast() }) ?? InflateStream() else { throw .noMemory }
        var plain = 0
        defer {
            state.withLock { state in
                state.idle.append(stream)
                state.totals.add(plain: plain, deflated: payload.readableBytes)
            }
        }
        try payload.withUnsafeReadableBytes { bytes throws(Violation) in
            try stream.inflate(bytes, isCut: isCut) { piece throws(Violation) in
                plain += piece.count
                try take(piece)
            }
        }
    }
}

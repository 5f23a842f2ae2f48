package import NIOCore
import Synchronization

/// Deflates whole messages, each by itself: one for all connections of an event loop.
///
/// RFC 7692 §7.2.1. It keeps one stream of zlib for each size of window that somebody has asked for. The lock is the
/// compiler's proof; one event loop never waits for it.
package final class Deflater: Sendable {
    private struct State {
        var streams: [Int: DeflateStream] = [:]
        var totals = DeflateTotals()
    }

    /// zlib's 1…9: what more work buys.
    package let level: Int
    /// Bytes of the smallest message that is deflated.
    package let threshold: Int
    private let state = Mutex(State())

    package init(level: Int = 6, threshold: Int = 1_024) {
        self.level = level
        self.threshold = threshold
    }

    /// What was deflated since this was asked for last.
    package func takeTotals() -> DeflateTotals {
        state.withLock { state in
            defer { state.totals = DeflateTotals() }
            return state.totals
        }
    }

    /// A message's payload for who reads with a window of 2^`windowBits`; nil where it is too small to be worth it, or does
    /// not get smaller.
    package func deflate(_ message: ByteBuffer, windowBits: Int) -> ByteBuffer? {
        guard message.readableBytes >= threshold, DeflateAgreement.windows.contains(windowBits) else { return nil }
        return state.withLock { state in
            let stream = state.streams[windowBits] ?? DeflateStream(windowBits: windowBits, level: level)
            guard let stream else { return nil }
            state.streams[windowBits] = stream
            let deflated = message.withUnsafeReadableBytes { stream.deflate($0) }
            if let deflated {
                state.totals.add(plain: message.readableBytes, deflated: deflated.readableBytes)
            }
            return deflated
        }
    }
}

import NIOCore

/// What one connection may do before its event loop turns to the others: 64 messages or requests, or 5 ms.
struct TurnBudget {
    /// How long it waits for its next turn.
    ///
    /// A loop looks at its sockets only when no task of it is due: one without a pause would come before all that others have sent.
    static let pause = TimeAmount.microseconds(100)

    private static let messages = 64
    static let time = Duration.milliseconds(5)
    /// Messages, and bytes of them, between two looks at the clock.
    private static let stride = 8
    private static let strideBytes = 64 * 1024

    private let start: ContinuousClock.Instant
    private var handled = 0
    /// Bytes since the last look.
    private var bytes = 0

    init(now: ContinuousClock.Instant) {
        start = now
    }

    /// Whether one more message may be handled in this turn; counts it if so.
    mutating func allowsMore(now: @autoclosure () -> ContinuousClock.Instant) -> Bool {
        guard handled < Self.messages else { return false }
        if handled > 0, handled.isMultiple(of: Self.stride) || bytes >= Self.strideBytes {
            bytes = 0
            guard now() - start < Self.time else { return false }
        }
        handled += 1
        return true
    }

    /// Notes how large a message was that was handled: one that was inflated may have taken as long as thousands.
    mutating func handled(bytes count: Int) { bytes &+= count }
}

/// How long a connection is in no namespace.
///
/// The time that a CONNECT waits for its answer is not the client's, and is not counted.
enum Solitude: Hashable {
    /// It is in one.
    case none
    case since(ContinuousClock.Instant)
    /// An answer is due; so much was counted before.
    case paused(Duration)

    /// The client asks for a namespace.
    mutating func pause(at now: ContinuousClock.Instant) {
        if case .since(let start) = self { self = .paused(now - start) }
    }

    /// The client was refused, and asks for none.
    mutating func goOn(at now: ContinuousClock.Instant) {
        if case .paused(let counted) = self { self = .since(now - counted) }
    }

    /// When it was as long as this; nil while it is not counted.
    func end(after time: Duration) -> ContinuousClock.Instant? {
        guard case .since(let start) = self else { return nil }
        return start + time
    }
}

/// Counts something that may happen so many times within any minute: a machine with the time passed in.
struct Offences {
    private let limit: Int
    /// The last ones, oldest first; fewer than ``limit``.
    private var times: [ContinuousClock.Instant] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Notes one more; returns whether that was one too many.
    mutating func add(now: ContinuousClock.Instant) -> Bool {
        times.removeAll { now - $0 >= .seconds(60) }
        guard times.count < limit - 1 else { return true }
        times.append(now)
        return false
    }
}

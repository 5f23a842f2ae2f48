/// Counts something that may happen so many times a minute: a machine with the time passed in.
struct Offences {
    private let limit: Int
    private var count = 0
    private var since: ContinuousClock.Instant?

    init(limit: Int) {
        self.limit = limit
    }

    /// Notes one more; returns whether that was one too many.
    mutating func add(now: ContinuousClock.Instant) -> Bool {
        if let since, now - since < .seconds(60) {
            count += 1
        } else {
            since = now
            count = 1
        }
        return count >= limit
    }
}

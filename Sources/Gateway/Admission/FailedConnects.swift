import CAASProtocol
import Chat

/// Sockets of each address that failed to authenticate or did not try (R61); a pure value.
///
/// They are counted after the fact, so who has a good token is never refused for its neighbours.
struct FailedConnects {
    /// Addresses that are remembered at most; beyond, new ones are not counted: their sockets still are.
    static let longest = 50_000
    private static let sweepInterval = Duration.seconds(1)

    let rate: Rate
    private var buckets: [AddressGroup: TokenBucket] = [:]
    private var sweptAt: ContinuousClock.Instant?

    /// - Parameter perMinute: How many one address has within a minute, and at once.
    init(perMinute: Int) {
        rate = Rate(perMinute, per: .seconds(60), burst: perMinute)
    }

    /// Addresses that are remembered.
    var count: Int { buckets.count }

    /// Counts one more; the refusal where the address has had its share.
    mutating func add(_ address: AddressGroup, now: ContinuousClock.Instant) -> SpecError? {
        if buckets[address] == nil {
            sweep(now: now)
            guard buckets.count < Self.longest else { return nil }
        }
        var bucket = buckets[address] ?? TokenBucket(rate, now: now)
        let wait = bucket.take(rate, now: now)
        buckets[address] = bucket
        return wait.map { .rateLimited(scope: "ip", bucket: "connect", rate: rate, retryAfter: $0) }
    }

    /// Forgets who has a full bucket again; now and then, since it looks at all of them.
    private mutating func sweep(now: ContinuousClock.Instant) {
        if let sweptAt, now - sweptAt < Self.sweepInterval { return }
        sweptAt = now
        let rate = rate
        buckets = buckets.filter { !$0.value.isFull(rate, now: now) }
    }
}

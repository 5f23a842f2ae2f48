package import CAASProtocol

/// How often something may happen: `tokens` per `period`, and `burst` at once (R61).
package struct Rate: Sendable, Hashable {
    /// Tokens that come back in one period.
    package let tokens: Int
    package let period: Duration
    /// Tokens of a full bucket.
    package let burst: Int

    package init(_ tokens: Int, per period: Duration = .seconds(1), burst: Int) {
        self.tokens = tokens
        self.period = period
        self.burst = burst
    }

    /// Milliseconds of one period.
    package var periodMilliseconds: Int64 {
        period.milliseconds
    }
}

/// A token bucket as a value; the time is passed in.
package struct TokenBucket: Sendable, Hashable {
    private var tokens: Double
    private var filledAt: ContinuousClock.Instant

    /// A full bucket.
    package init(_ rate: Rate, now: ContinuousClock.Instant) {
        tokens = Double(rate.burst)
        filledAt = now
    }

    /// Takes `amount` tokens, or none where there are too few.
    ///
    /// - Returns: nil when taken, else after how long they would be there.
    package mutating func take(_ rate: Rate, amount: Double = 1, now: ContinuousClock.Instant) -> Duration? {
        let perSecond = Double(rate.tokens) / rate.period.seconds
        if now > filledAt {
            tokens = min(Double(rate.burst), tokens + (now - filledAt).seconds * perSecond)
            filledAt = now
        }
        guard tokens < amount else {
            tokens -= amount
            return nil
        }
        return .seconds((amount - tokens) / perSecond)
    }

    /// Takes `amount` tokens whether they are there or not.
    ///
    /// - Returns: nil where they were, else how long until what was borrowed is back.
    package mutating func borrow(_ rate: Rate, amount: Double, now: ContinuousClock.Instant) -> Duration? {
        _ = take(rate, amount: 0, now: now)
        tokens -= amount
        return tokens < 0 ? .seconds(-tokens / (Double(rate.tokens) / rate.period.seconds)) : nil
    }

    /// Gives back what turned out not to be used.
    package mutating func giveBack(_ rate: Rate, amount: Double = 1) {
        tokens = min(Double(rate.burst), tokens + amount)
    }

    /// Whether nothing is missing at `now`, so that the bucket need not be remembered.
    package func isFull(_ rate: Rate, now: ContinuousClock.Instant) -> Bool {
        tokens + (now - filledAt).seconds * Double(rate.tokens) / rate.period.seconds >= Double(rate.burst)
    }
}

extension Duration {
    /// In seconds, for arithmetic with rates.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// In whole milliseconds, for the wire; what is longer than can be counted is for ever.
    package var milliseconds: Int64 {
        let (whole, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? .max / 4 : whole + components.attoseconds / 1_000_000_000_000_000
    }
}

extension SpecError {
    /// The refusal of R62.
    package static func rateLimited(scope: String, bucket: String, rate: Rate, retryAfter: Duration) -> SpecError {
        SpecError(
            .rateLimited,
            reason: "bucket",
            details: [
                .init("scope", .text(scope)),
                .init("bucket", .text(bucket)),
                .init("limit", .integer(Int64(rate.tokens))),
                .init("perMs", .integer(rate.periodMilliseconds)),
                .init("burst", .integer(Int64(rate.burst))),
            ],
            retryAfter: max(1, retryAfter.milliseconds + (retryAfter > .milliseconds(retryAfter.milliseconds) ? 1 : 0))
        )
    }
}

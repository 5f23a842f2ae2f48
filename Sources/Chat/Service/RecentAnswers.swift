import CAASProtocol

/// What is remembered of one tenant's requests, the oldest first.
///
/// Confined to its owner.
struct RecentAnswers {
    struct Entry {
        let fingerprint: [UInt8]
        let outcome: Acknowledgement.Outcome
        /// Unix milliseconds.
        let timestamp: Int64
        let rememberedAt: ContinuousClock.Instant
    }

    private var entries: [RecentRequests.Key: Entry] = [:]
    /// What was forgotten stands in front of `first` until it is worth moving the rest.
    private var order: [(key: RecentRequests.Key, at: ContinuousClock.Instant)] = []
    private var first = 0

    /// Answers kept at present.
    var count: Int { entries.count }

    /// When the oldest answer was remembered.
    var oldest: ContinuousClock.Instant? { first < order.count ? order[first].at : nil }

    func known(_ key: RecentRequests.Key) -> Entry? { entries[key] }

    /// - Returns: whether it was not known; the first answer stays.
    mutating func remember(_ key: RecentRequests.Key, _ entry: Entry) -> Bool {
        guard entries[key] == nil else { return false }
        entries[key] = entry
        order.append((key, entry.rememberedAt))
        return true
    }

    /// Forgets the oldest answer, of which there has to be one.
    mutating func forgetOldest() {
        entries[order[first].key] = nil
        first += 1
        if first > 1_024, first * 2 > order.count {
            order.removeFirst(first)
            first = 0
        }
    }
}

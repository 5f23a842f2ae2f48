/// The connections of one user that broke and may come back (R36).
///
/// Each connection that comes takes the place of one: that of its own device where its token names one, else the oldest of
/// those whose tokens named none. So what came back ends with its own goodbye, and what did not counts until its time is over.
struct BrokenConnections {
    /// As many as a user may have connections at once; of more, those that broke first count no longer.
    static let limit = 20

    private struct Entry {
        /// The device that its token named; nil for one that nobody knows again.
        let device: String?
        let until: ContinuousClock.Instant
        var isActive: Bool

        func isOf(_ device: String?) -> Bool { self.device?.isDevice(device) ?? (device == nil) }
    }

    /// The one whose time is over first stands first.
    private var entries: [Entry] = []

    /// - Parameter isActive: Whether it was in use.
    mutating func add(_ device: String?, until: ContinuousClock.Instant, isActive: Bool) {
        var entry = Entry(device: device, until: until, isActive: isActive)
        if device != nil, let place = entries.firstIndex(where: { $0.isOf(device) }) {
            let before = entries.remove(at: place)
            entry.isActive = isActive || before.isActive
        }
        entries.append(entry)
        if entries.count > Self.limit { entries.removeFirst() }
    }

    /// A connection came.
    mutating func comeBack(_ device: String?, now: ContinuousClock.Instant) {
        expire(now: now)
        if let place = entries.firstIndex(where: { $0.isOf(device) }) { entries.remove(at: place) }
    }

    mutating func expire(now: ContinuousClock.Instant) { entries.removeAll { $0.until <= now } }

    func isPresent(now: ContinuousClock.Instant) -> Bool { entries.contains { now < $0.until } }
    func isActive(now: ContinuousClock.Instant) -> Bool { entries.contains { $0.isActive && now < $0.until } }
}

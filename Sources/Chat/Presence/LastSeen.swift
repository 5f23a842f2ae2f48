/// When users were seen last, gathered on its way to the store: each coming and going would otherwise be a row to sync.
struct LastSeen {
    /// Between two times that something goes to the store.
    static let savingInterval = Duration.seconds(10)
    /// Users that may wait for that.
    private static let capacity = 100_000

    /// What one user's row is to say; Unix milliseconds.
    struct Entry: Hashable {
        let user: UserKey
        let time: Int64
    }

    private var unsaved: [UserKey: Int64] = [:]
    private var savedAt: ContinuousClock.Instant?

    subscript(user: UserKey) -> Int64? { unsaved[user] }

    /// - Parameter time: Unix milliseconds.
    mutating func note(_ user: UserKey, _ time: Int64) {
        if let known = unsaved[user] {
            unsaved[user] = max(known, time)
        } else if unsaved.count < Self.capacity {
            unsaved[user] = time
        }
    }

    /// What is to go to the store now, at most `limit` users.
    mutating func takeDue(now: ContinuousClock.Instant, limit: Int) -> [Entry] {
        guard !unsaved.isEmpty else { return [] }
        let last = savedAt ?? now
        savedAt = last
        guard now - last >= Self.savingInterval else { return [] }
        let taken = take(limit: limit)
        if unsaved.isEmpty { savedAt = now }
        return taken
    }

    /// The same, whether it is time or not.
    mutating func take(limit: Int) -> [Entry] {
        let taken = unsaved.prefix(limit).map { Entry(user: $0.key, time: $0.value) }
        for entry in taken { unsaved[entry.user] = nil }
        // A table keeps the room that it had when everybody came at once.
        if unsaved.isEmpty { unsaved = [:] }
        return taken
    }

    /// What the store did not take.
    mutating func putBack(_ entries: [Entry]) {
        for entry in entries { note(entry.user, entry.time) }
    }
}

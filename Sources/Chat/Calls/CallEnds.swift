import CAASProtocol

/// Who is still to be told that a call is over, and who was told since the store heard of it last.
///
/// The store is told late and not before it is true: after a crash somebody may be told twice, and nobody never.
struct CallEnds {
    /// Those who had no connection when their call ended.
    private(set) var waiting: [UserKey: [CallRecord]] = [:]
    /// Those who have been told.
    private(set) var told: [CallKey: Set<UserID>] = [:]

    /// Ends that wait for one user at most; the oldest go first.
    private static let limit = 20

    mutating func wait(_ record: CallRecord, for user: UserKey) {
        var records = waiting[user] ?? []
        guard !records.contains(where: { $0.key == record.key }) else { return }
        records.append(record)
        waiting[user] = records.suffix(Self.limit)
    }

    mutating func tell(_ record: CallRecord, to user: UserID) { told[record.key, default: []].insert(user) }

    /// What a user who is here now has to be told.
    mutating func take(_ user: UserKey) -> [CallRecord] {
        let records = waiting.removeValue(forKey: user) ?? []
        for record in records { tell(record, to: user.user) }
        return records
    }

    /// A user who has ended is told nothing more.
    mutating func forget(_ user: UserKey) { waiting[user] = nil }

    /// The store knows of these.
    mutating func stored(_ known: [CallKey: Set<UserID>]) {
        for (key, users) in known {
            told[key]?.subtract(users)
            if told[key]?.isEmpty == true { told[key] = nil }
        }
    }

    /// Ends that are so old that nobody asks for them any more.
    ///
    /// - Parameter time: Unix milliseconds.
    mutating func forget(before time: Int64) {
        waiting = waiting.compactMapValues { records in
            let kept = records.filter { ($0.end?.at ?? .max) >= time }
            return kept.isEmpty ? nil : kept
        }
    }
}

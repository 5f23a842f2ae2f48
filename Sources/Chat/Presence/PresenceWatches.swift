/// Who watches whom (R37): connections on one side, users on the other.
///
/// A connection that was told of a direct partner watches it from then on, so that it also learns when it may see it no more.
struct PresenceWatches {
    struct Watch: Hashable {
        /// Nobody asked for it: the two share a direct conversation.
        var isAutomatic = false
        /// The client does not want to hear of this direct partner.
        var isOff = false
        /// Whether the connection was told what there is to be seen; else it was told that the user is offline.
        var isSeen = false
        /// Whether it is to be found out if the connection may see the user.
        var isDoubted = false
        /// Whether news went by meanwhile.
        var hasMissed = false
        /// When the connection was told something that others were not.
        var toldAt: ContinuousClock.Instant?
    }

    struct Pair: Hashable {
        let connection: ConnectionID
        let user: UserKey
    }

    private var watchers: [UserKey: [ConnectionID: Watch]] = [:]
    private var watched: [ConnectionID: Set<UserKey>] = [:]
    private var doubted: [Pair] = []

    func isWatched(_ user: UserKey) -> Bool { watchers[user] != nil }
    func watches(on user: UserKey) -> [ConnectionID: Watch] { watchers[user] ?? [:] }

    subscript(pair: Pair) -> Watch? {
        get { watchers[pair.user]?[pair.connection] }
        set {
            watchers[pair.user, default: [:]][pair.connection] = newValue
            if newValue != nil {
                watched[pair.connection, default: []].insert(pair.user)
                return
            }
            if watchers[pair.user]?.isEmpty == true { watchers[pair.user] = nil }
            watched[pair.connection]?.remove(pair.user)
            if watched[pair.connection]?.isEmpty == true { watched[pair.connection] = nil }
        }
    }

    /// How many users a connection would have asked for, with these among them.
    func count(on connection: ConnectionID, with users: [UserKey]) -> Int {
        var all = Set(users)
        for user in watched[connection] ?? []
        where self[Pair(connection: connection, user: user)].map({ !$0.isAutomatic && !$0.isOff }) ?? false {
            all.insert(user)
        }
        return all.count
    }

    /// A connection is gone.
    mutating func forget(_ connection: ConnectionID) {
        for user in watched.removeValue(forKey: connection) ?? [] {
            watchers[user]?[connection] = nil
            if watchers[user]?.isEmpty == true { watchers[user] = nil }
        }
    }

    /// Who may see a user, and whom it may see, has changed.
    ///
    /// - Parameter connections: The user's own.
    mutating func doubt(_ user: UserKey, _ connections: [ConnectionID]) {
        for connection in watchers[user]?.keys.map({ $0 }) ?? [] { doubt(Pair(connection: connection, user: user)) }
        for connection in connections {
            for other in watched[connection] ?? [] { doubt(Pair(connection: connection, user: other)) }
        }
    }

    /// Notes that a connection has something to be told, or is to be found out about.
    mutating func doubt(_ pair: Pair, hasMissed: Bool = false) {
        guard let watch = self[pair], !watch.isOff else { return }
        if !watch.isDoubted { doubted.append(pair) }
        watchers[pair.user]?[pair.connection]?.isDoubted = true
        if hasMissed { watchers[pair.user]?[pair.connection]?.hasMissed = true }
    }

    /// The pairs to be found out about now; those that cannot be are given to ``putBack(_:)``.
    mutating func takeDoubted(limit: Int) -> [Pair] {
        let taken = Array(doubted.prefix(limit))
        doubted.removeFirst(taken.count)
        return taken
    }

    mutating func putBack(_ pairs: some Sequence<Pair>) { doubted.append(contentsOf: pairs) }
}

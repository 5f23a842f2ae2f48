import CAASProtocol

/// Who is typing where (R32, R33): a machine with the time passed in.
struct TypingTable {
    /// How long one `typing:start` lasts.
    static let lifetime = Duration.seconds(8)
    /// How often one user's typing is told again.
    static let repeatInterval = Duration.seconds(3)

    private struct Typist: Hashable {
        let conversation: ConversationKey
        let user: UserID
    }

    private struct State {
        var connection: ConnectionID
        var expiresAt: ContinuousClock.Instant
        /// When readers were last told that this user types.
        var toldAt: ContinuousClock.Instant
        /// False for a start so soon after a stop that readers are told later.
        var isTold = true
    }

    private var typists: [Typist: State] = [:]
    /// Those who have stopped less than ``repeatInterval`` after readers were told: starting again waits for that.
    private var stopped: [Typist: ContinuousClock.Instant] = [:]

    /// Somebody types; returns whether readers are to be told.
    mutating func start(
        _ conversation: ConversationKey,
        _ user: UserID,
        on connection: ConnectionID,
        now: ContinuousClock.Instant
    ) -> Bool {
        let typist = Typist(conversation: conversation, user: user)
        let expiresAt = now + Self.lifetime
        let toldAt = typists[typist]?.toldAt ?? stopped[typist]
        guard let toldAt, now - toldAt < Self.repeatInterval else {
            typists[typist] = State(connection: connection, expiresAt: expiresAt, toldAt: now)
            return true
        }
        let isTold = typists[typist]?.isTold ?? false
        typists[typist] = State(connection: connection, expiresAt: expiresAt, toldAt: toldAt, isTold: isTold)
        return false
    }

    /// Somebody has stopped; returns whether that is news.
    mutating func stop(_ conversation: ConversationKey, _ user: UserID) -> Bool {
        let typist = Typist(conversation: conversation, user: user)
        guard let state = typists.removeValue(forKey: typist) else { return false }
        stopped[typist] = state.toldAt
        return state.isTold
    }

    /// Returns who started too soon after a stop to be told then, and types still: readers are told now.
    mutating func tellLate(now: ContinuousClock.Instant) -> [(ConversationKey, UserID)] {
        guard !typists.isEmpty else { return [] }
        let due = typists.filter { !$0.value.isTold && now - $0.value.toldAt >= Self.repeatInterval }.map(\.key)
        for typist in due {
            typists[typist]?.isTold = true
            typists[typist]?.toldAt = now
        }
        return due.map { ($0.conversation, $0.user) }
    }

    /// A connection is gone, or has left `conversation`; returns where its user was typing on it.
    mutating func disconnect(_ connection: ConnectionID, from conversation: ConversationKey? = nil) -> [(
        ConversationKey, UserID
    )] {
        remove { typist, state in
            state.connection == connection && (conversation == nil || conversation == typist.conversation)
        }
    }

    /// A conversation is gone: nobody types there any more, and nobody is told.
    mutating func forget(_ conversation: ConversationKey) {
        typists = typists.filter { $0.key.conversation != conversation }
        stopped = stopped.filter { $0.key.conversation != conversation }
    }

    /// Returns who has not said anything for too long.
    mutating func expire(now: ContinuousClock.Instant) -> [(ConversationKey, UserID)] {
        if !stopped.isEmpty { stopped = stopped.filter { now - $0.value < Self.repeatInterval } }
        return remove { _, state in state.expiresAt <= now }
    }

    private mutating func remove(_ isGone: (Typist, State) -> Bool) -> [(ConversationKey, UserID)] {
        guard !typists.isEmpty else { return [] }
        let gone = typists.filter { isGone($0.key, $0.value) }
        for (typist, state) in gone {
            typists[typist] = nil
            stopped[typist] = state.toldAt
        }
        return gone.filter(\.value.isTold).map { ($0.key.conversation, $0.key.user) }
    }
}

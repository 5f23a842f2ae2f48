import CAASProtocol

/// One user, as the others see it.
struct PresencePerson {
    /// What a change of is told; with `lastSeen`, which changes all the time, it makes a ``Presence``.
    struct Shown: Equatable {
        var status: Presence.Status
        var message: String?
        var messageUntil: Int64?
        /// Whether `lastSeen` is left out.
        var hidesLastSeen = false

        /// Texts are compared as bytes (R78).
        static func == (one: Shown, other: Shown) -> Bool {
            one.status == other.status && one.messageUntil == other.messageUntil
                && one.hidesLastSeen == other.hidesLastSeen
                && one.message.map { Array($0.utf8) } == other.message.map { Array($0.utf8) }
        }
    }

    /// What a change came from.
    enum Cause {
        /// A connection of the user came.
        case arrival(ConnectionID)
        /// The user said so on this one.
        case choice(ConnectionID)
        case other
    }

    var record: PresenceRecord
    /// What still counts as there, and as in use where it was (R36).
    var broken = BrokenConnections()
    /// As it was when somebody last looked.
    var shown: Shown
    /// The version of `shown` (R37); 0 until somebody is given it.
    var version: Int64 = 0
    /// Whether `shown` is news to those who watch.
    var isUntold = false
    /// Whether something has happened since somebody looked.
    var isWaiting = false
    /// The user's connection that said something last, and those that came since: they know, or ask for, what came of it.
    private var arrived: [ConnectionID] = []
    private var chooser: ConnectionID?
    /// When those who watch were told last.
    var toldAt: ContinuousClock.Instant?

    init(_ record: PresenceRecord, _ devices: PresenceDevices, now: ContinuousClock.Instant, time: Int64) {
        self.record = record
        shown = Shown(status: .offline)
        shown = view(devices, now: now, time: time)
    }

    /// How the user is seen now (R35).
    func view(_ devices: PresenceDevices, now: ContinuousClock.Instant, time: Int64) -> Shown {
        // Whatever an invisible user changes shows nobody that there is one.
        guard record.choice != .invisible else { return Shown(status: .offline) }
        var record = record
        record.expire(time)
        return Shown(
            status: status(devices, now: now),
            message: record.message,
            messageUntil: record.messageUntil,
            hidesLastSeen: record.hidesLastSeen
        )
    }

    private func status(_ devices: PresenceDevices, now: ContinuousClock.Instant) -> Presence.Status {
        guard devices.isPresent || isInGrace(now: now) else { return .offline }
        switch record.choice {
        case .busy: return .busy
        case .away: return .away
        case .invisible: return .offline
        case nil: return devices.isActive || broken.isActive(now: now) ? .online : .away
        }
    }

    /// What leaves for those who may see the user.
    func presence(_ user: UserID, _ devices: PresenceDevices, time: Int64) -> Presence {
        let idleSince = devices.idleSince.map { max($0, record.lastSeen ?? $0) } ?? record.lastSeen
        let lastSeen = devices.isActive ? time : idleSince
        return Presence(
            userID: user,
            status: shown.status,
            customMessage: shown.message,
            customMessageUntil: shown.messageUntil,
            // Down to the minute: nobody was seen in the future (R38).
            lastSeen: shown.hidesLastSeen || record.choice == .invisible ? nil : lastSeen.map { $0 - $0 % 60_000 },
            v: version
        )
    }

    func isInGrace(now: ContinuousClock.Instant) -> Bool { broken.isPresent(now: now) }

    /// Notes what the next change came from.
    mutating func note(_ cause: Cause) {
        switch cause {
        case .arrival(let connection): arrived.append(connection)
        case .choice(let connection): (arrived, chooser) = ([], connection)
        case .other: (arrived, chooser) = ([], nil)
        }
    }

    /// The user's connections that need not be told of what was noted, which is forgotten.
    mutating func takeKnowing() -> [ConnectionID] {
        defer { note(.other) }
        return arrived + (chooser.map { [$0] } ?? [])
    }
}

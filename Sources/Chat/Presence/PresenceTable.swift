import CAASProtocol

/// How users are seen (R34–R38): a machine with the time passed in.
///
/// A user has a row while somebody watches it, while it is something else than its connections say, while a change is still
/// to be told, and for the grace of a connection that broke. Of everybody else those who watch know what the connections say.
struct PresenceTable {
    /// Between two looks for rows that nobody needs.
    private static let sweepInterval = Duration.seconds(30)
    /// After a failure of the store.
    private static let pause = Duration.seconds(5)

    let settings: PresenceSettings
    var watches = PresenceWatches()
    /// When users were seen last, on its way to the store.
    var lastSeen = LastSeen()
    private(set) var people: [UserKey: PresencePerson] = [:]
    /// Users to whom something happened, the longest ago first.
    private var waiting: [UserKey] = []
    /// Connections that broke, in the order in which their grace ends.
    private var broken: ArraySlice<(until: ContinuousClock.Instant, user: UserKey)> = []
    private var sweptAt: ContinuousClock.Instant?
    private var pausedUntil: ContinuousClock.Instant?
    private var lastVersion: Int64 = 0
    /// Not before this does a message end.
    private var nextExpiry = Int64.max

    init(_ settings: PresenceSettings) {
        self.settings = settings
    }

    // MARK: What happens

    /// A connection came.
    ///
    /// - Parameters:
    ///   - device: The one that its token names.
    ///   - before: The user's other connections.
    ///   - record: What the store knows; of no interest where there are others.
    mutating func connected(
        _ user: UserKey,
        on connection: ConnectionID,
        device: String?,
        before: PresenceDevices,
        record: PresenceRecord?,
        now: ContinuousClock.Instant,
        time: Int64
    ) {
        guard !user.user.namesGuest else { return }
        lastSeen.note(user, time)
        // Without a row, such a user is plainly online, and stays so.
        guard people[user] != nil || !before.isActive else { return }
        var person = people[user] ?? PresencePerson(record ?? PresenceRecord(), before, now: now, time: time)
        if !before.isPresent {
            let seen = person.record.lastSeen
            person.record = record ?? PresenceRecord()
            if let seen { person.record.noteSeen(seen) }
        }
        person.record.expire(time)
        person.record.noteSeen(time)
        person.broken.comeBack(device, now: now)
        changed(user, person, .arrival(connection))
    }

    /// A connection went.
    ///
    /// - Parameters:
    ///   - isClean: Whether its client has said that it would, or its device is back already (R36).
    ///   - device: The one that its token named.
    ///   - idleSince: Since when nothing came from it; nil for one that was in use.
    mutating func left(
        _ user: UserKey,
        isClean: Bool,
        device: String?,
        idleSince: Int64?,
        before: PresenceDevices,
        after: PresenceDevices,
        now: ContinuousClock.Instant,
        time: Int64
    ) {
        guard !user.user.namesGuest else { return }
        lastSeen.note(user, idleSince ?? time)
        let hasGrace = !isClean && settings.grace > .zero
        guard hasGrace || people[user] != nil || before != after else { return }
        var person = people[user] ?? PresencePerson(PresenceRecord(), before, now: now, time: time)
        person.record.noteSeen(idleSince ?? time)
        guard hasGrace else { return changed(user, person) }
        let until = now + settings.grace
        person.broken.add(device, until: until, isActive: idleSince == nil)
        broken.append((until, user))
        people[user] = person
    }

    /// Connections of a user fell silent, or something came again.
    mutating func activityChanged(
        _ user: UserKey,
        before: PresenceDevices,
        after: PresenceDevices,
        now: ContinuousClock.Instant,
        time: Int64
    ) {
        guard !user.user.namesGuest else { return }
        lastSeen.note(user, after.isActive ? time : after.idleSince ?? time)
        guard people[user] != nil || before.isActive != after.isActive else { return }
        let person = people[user] ?? PresencePerson(PresenceRecord(), before, now: now, time: time)
        changed(user, person)
    }

    /// The user says how it wants to be seen.
    ///
    /// - Parameter isGone: Whether connections that broke do not count any more (R34).
    mutating func chose(
        _ record: PresenceRecord,
        isGone: Bool,
        _ user: UserKey,
        on connection: ConnectionID,
        _ devices: PresenceDevices,
        now: ContinuousClock.Instant,
        time: Int64
    ) {
        var person = people[user] ?? PresencePerson(PresenceRecord(), devices, now: now, time: time)
        let seen = person.record.lastSeen
        person.record = record
        person.record.expire(time)
        if let seen { person.record.noteSeen(seen) }
        if isGone { person.broken = BrokenConnections() }
        changed(user, person, .choice(connection))
    }

    private mutating func changed(_ user: UserKey, _ person: PresencePerson, _ cause: PresencePerson.Cause = .other) {
        var person = person
        person.note(cause)
        noteExpiry(of: person)
        if !person.isWaiting { waiting.append(user) }
        person.isWaiting = true
        people[user] = person
    }

    private mutating func noteExpiry(of person: PresencePerson) {
        if person.record.message != nil, let until = person.record.messageUntil { nextExpiry = min(nextExpiry, until) }
    }

    // MARK: What time brings

    /// Ends the grace of connections that broke, and messages.
    mutating func expire(now: ContinuousClock.Instant, time: Int64) {
        while let first = broken.first, first.until <= now {
            broken.removeFirst()
            guard var person = people[first.user] else { continue }
            person.broken.expire(now: now)
            changed(first.user, person)
        }
        if broken.isEmpty { broken = [] }
        guard time >= nextExpiry else { return }
        nextExpiry = .max
        let ended = people.filter { $1.record.messageUntil.map { $0 <= time } ?? false }
        for (user, person) in ended {
            var person = person
            person.record.expire(time)
            changed(user, person)
        }
        for person in people.values { noteExpiry(of: person) }
    }

    /// Forgets now and then the rows that nobody needs.
    ///
    /// - Parameter devices: The connections of a user.
    mutating func sweep(_ devices: (UserKey) -> PresenceDevices, now: ContinuousClock.Instant) {
        if let sweptAt, now - sweptAt < Self.sweepInterval { return }
        sweptAt = now
        people = people.filter { isNeeded($0, $1, devices($0), now: now) }
    }

    private func isNeeded(
        _ user: UserKey,
        _ person: PresencePerson,
        _ devices: PresenceDevices,
        now: ContinuousClock.Instant
    ) -> Bool {
        person.isWaiting || person.isUntold || person.isInGrace(now: now) || watches.isWatched(user)
            || person.toldAt.map { now - $0 < settings.interval } ?? false
            || (devices.isPresent && !person.record.isPlain)
    }

    // MARK: Telling

    /// The users whose news may be told now.
    mutating func takeDue(now: ContinuousClock.Instant, limit: Int) -> [UserKey] {
        guard !waiting.isEmpty else { return [] }
        var due: [UserKey] = []
        var rest: [UserKey] = []
        for user in waiting {
            guard let person = people[user] else { continue }
            let isDue = person.toldAt.map { now - $0 >= settings.interval } ?? true
            if isDue, due.count < limit { due.append(user) } else { rest.append(user) }
        }
        waiting = rest
        return due
    }

    /// Whether the store may be asked.
    func isReady(now: ContinuousClock.Instant) -> Bool { pausedUntil.map { $0 <= now } ?? true }

    /// The store failed: it is not asked for a while.
    mutating func pause(now: ContinuousClock.Instant) { pausedUntil = now + Self.pause }

    /// Users that could not be told of.
    mutating func putBack(_ users: some Sequence<UserKey>) { waiting.append(contentsOf: users) }

    /// What is news of a user, and which of its own connections know it; nil where those who watch do too.
    mutating func news(
        of user: UserKey,
        _ devices: PresenceDevices,
        now: ContinuousClock.Instant,
        time: Int64
    ) -> (presence: Presence, knowing: [ConnectionID])? {
        guard var person = people[user] else { return nil }
        settle(&person, devices, now: now, time: time)
        let knowing = person.takeKnowing()
        let news = person.isUntold ? (person.presence(user.user, devices, time: time), knowing) : nil
        person.isWaiting = false
        people[user] = person
        return news
    }

    /// Those who watch a user know all of it.
    ///
    /// - Parameter isHeard: Whether anybody does.
    mutating func told(_ user: UserKey, isHeard: Bool, _ devices: PresenceDevices, now: ContinuousClock.Instant) {
        guard var person = people[user] else { return }
        person.isUntold = false
        if isHeard { person.toldAt = now }
        people[user] = isNeeded(user, person, devices, now: now) ? person : nil
        // A table keeps the room that it had when everybody came at once.
        if people.isEmpty { people = [:] }
    }

    /// How a user is seen now by somebody who begins to watch it, and may.
    ///
    /// - Parameters:
    ///   - record: What the store knows, for a user without a row and without connections.
    ///   - isRenewed: Whether what was told before had a later version than the user's.
    mutating func snapshot(
        of user: UserKey,
        record: PresenceRecord?,
        _ devices: PresenceDevices,
        isRenewed: Bool = false,
        now: ContinuousClock.Instant,
        time: Int64
    ) -> Presence {
        var known = devices.isPresent ? PresenceRecord() : record ?? PresenceRecord()
        known.expire(time)
        if let seen = lastSeen[user] { known.noteSeen(seen) }
        var person = people[user] ?? PresencePerson(known, devices, now: now, time: time)
        settle(&person, devices, now: now, time: time)
        if isRenewed { person.version = nextVersion(time) }
        if person.isUntold, !person.isWaiting {
            person.isWaiting = true
            waiting.append(user)
        }
        noteExpiry(of: person)
        people[user] = person
        return person.presence(user.user, devices, time: time)
    }

    /// A user who may not be seen.
    mutating func hidden(_ user: UserID, time: Int64) -> Presence {
        Presence(userID: user, status: .offline, v: nextVersion(time))
    }

    private mutating func settle(
        _ person: inout PresencePerson,
        _ devices: PresenceDevices,
        now: ContinuousClock.Instant,
        time: Int64
    ) {
        let view = person.view(devices, now: now, time: time)
        if view != person.shown { (person.shown, person.isUntold, person.version) = (view, true, 0) }
        if person.version == 0 { person.version = nextVersion(time) }
    }

    /// Grows, also across restarts: milliseconds of the server's clock, or one more than the last (R37).
    private mutating func nextVersion(_ time: Int64) -> Int64 {
        lastVersion = max(lastVersion + 1, time)
        return lastVersion
    }
}

import CAASProtocol

/// Presence as a part of the service: who comes and goes, and who is told (R34–R38).
extension ChatService {
    /// Users that are told of, pairs that are found out about, and users whose `lastSeen` is stored, at one tick.
    private static let toldAtOnce = 500
    private static let foundOutAtOnce = 200
    private static let savedAtOnce = 500

    // MARK: Effects

    /// To be called before the connection is one of the audience.
    func connectPresence(_ actor: Actor, _ record: PresenceRecord?, now: ContinuousClock.Instant, time: Int64) {
        presence.connected(
            actor.user,
            on: actor.connection,
            device: actor.session?.namedDevice,
            before: audience.devices(of: actor.user),
            record: record,
            now: now,
            time: time
        )
    }

    /// To be called when the connection is none of the audience any more.
    func leavePresence(
        _ request: ChatRequest,
        idleSince: Int64?,
        before: PresenceDevices,
        now: ContinuousClock.Instant,
        time: Int64
    ) {
        // One that the service had refused was never there.
        guard before.isPresent else { return }
        let user = request.actor.user
        let device = request.actor.session?.namedDevice
        var isClean = if case .goodbye = request.command { true } else { false }
        // A line that dies unnoticed is often found out about when its device has long made another.
        if let device, !isClean { isClean = audience.sessions(of: user).contains { $0.name.isOn(device) } }
        presence.watches.forget(request.actor.connection)
        presence.left(
            user,
            isClean: isClean,
            device: device,
            idleSince: idleSince,
            before: before,
            after: audience.devices(of: user),
            now: now,
            time: time
        )
    }

    /// Somebody came into a conversation or went: who sees whom is found out again.
    func doubtPresence(of user: UserKey) {
        guard settings.presence.visibility == .shared else { return }
        presence.watches.doubt(user, audience.connections(of: user))
    }

    /// Users have a new conversation: who of them was out of another's sight is looked for again.
    private func doubtPresence(among users: [UserKey]) {
        guard settings.presence.visibility == .shared else { return }
        let connections = Set(users.flatMap { audience.connections(of: $0) })
        for user in users {
            for (connection, watch) in presence.watches.watches(on: user)
            where !watch.isSeen && connections.contains(connection) {
                presence.watches.doubt(PresenceWatches.Pair(connection: connection, user: user))
            }
        }
    }

    /// - Returns: whether the request is answered.
    func applyPresence(
        _ effect: PresenceRules.Effect,
        of request: ChatRequest,
        now: ContinuousClock.Instant,
        time: Int64,
        _ deliveries: inout [Delivery]
    ) -> Bool {
        let actor = request.actor
        let devices = audience.devices(of: actor.user)
        switch effect {
        case .chose(let record, let isGone):
            presence.chose(record, isGone: isGone, actor.user, on: actor.connection, devices, now: now, time: time)
            return false
        case .watch(let users, let reading):
            let answer = watch(users, reading, actor, now: now, time: time)
            deliveries.append(.answer(actor.connection, request.frame, answer))
            return true
        case .unwatch(let users, let partners):
            guard audience.isConnected(actor.connection) else { return false }
            for user in users {
                let pair = pair(actor, user)
                presence.watches[pair] = partners.contains(user) ? PresenceWatches.Watch(isOff: true) : nil
            }
            return false
        case .doubt(let user, let other, let isPartner):
            doubtSight(of: user, by: other, isPartner: isPartner)
            return false
        case .met(let users):
            doubtPresence(among: users)
            return false
        case .doubtAll(let user):
            presence.watches.doubt(user, audience.connections(of: user))
            return false
        case .idle(let since):
            audience.setIdle(actor.connection, since: since)
            let after = audience.devices(of: actor.user)
            presence.activityChanged(actor.user, before: devices, after: after, now: now, time: time)
            return true
        }
    }

    private func pair(_ actor: Actor, _ user: UserID) -> PresenceWatches.Pair {
        PresenceWatches.Pair(
            connection: actor.connection,
            user: UserKey(tenant: actor.user.tenant, user: user)
        )
    }

    /// The answer is the snapshot (R37).
    private func watch(
        _ users: [UserID],
        _ reading: PresenceReading,
        _ actor: Actor,
        now: ContinuousClock.Instant,
        time: Int64
    ) -> Acknowledgement {
        let pairs = users.map { pair(actor, $0) }
        let limit = settings.presence.watchedUsers
        guard presence.watches.count(on: actor.connection, with: pairs.map(\.user)) <= limit else {
            return .failure(.tooManyWatched(limit: limit))
        }
        let isHere = audience.isConnected(actor.connection)
        let presences = zip(pairs, reading.found).map { pair, finding in
            let (seen, isSeen): (Presence, Bool)
            switch finding {
            case .hidden: (seen, isSeen) = (presence.hidden(pair.user.user, time: time), false)
            case .seen(let record):
                let devices = audience.devices(of: pair.user)
                seen = presence.snapshot(of: pair.user, record: record, devices, now: now, time: time)
                isSeen = true
            }
            guard isHere else { return seen }
            presence.watches[pair] = PresenceWatches.Watch(isSeen: isSeen)
            if reading.isInSteps { presence.watches.doubt(pair) }
            return seen
        }
        return .success(timestamp: time, .presences(presences))
    }

    // MARK: Time

    /// Tells what is news of whom, and keeps when users were seen last.
    func tellPresence(now: ContinuousClock.Instant, time: Int64, _ deliveries: inout [Delivery]) {
        presence.expire(now: now, time: time)
        presence.sweep({ audience.devices(of: $0) }, now: now)
        guard presence.isReady(now: now) else { return }
        var due = presence.takeDue(now: now, limit: Self.toldAtOnce)[...]
        var doubted = presence.watches.takeDoubted(limit: Self.foundOutAtOnce)[...]
        let seen = presence.lastSeen.takeDue(now: now, limit: Self.savedAtOnce)
        guard !due.isEmpty || !doubted.isEmpty || !seen.isEmpty else { return }
        do {
            try storage.write { store in
                for entry in seen { try store.putLastSeen(entry.time, of: entry.user) }
                while let user = due.first {
                    try tell(of: user, store, now: now, time: time, &deliveries)
                    due.removeFirst()
                }
                while let pair = doubted.first {
                    try findOut(pair, store, now: now, time: time, &deliveries)
                    doubted.removeFirst()
                }
            }
        } catch {
            presence.putBack(due)
            presence.watches.putBack(doubted)
            presence.lastSeen.putBack(seen)
            presence.pause(now: now)
            report("presence", error)
        }
    }

    /// Tells those who watch a user, its direct partners, and its own other connections.
    private func tell(
        of user: UserKey,
        _ store: any StorageReader,
        now: ContinuousClock.Instant,
        time: Int64,
        _ deliveries: inout [Delivery]
    ) throws {
        let devices = audience.devices(of: user)
        guard let (news, knowing) = presence.news(of: user, devices, now: now, time: time) else {
            return presence.told(user, isHeard: false, devices, now: now)
        }
        let partners = try store.directPartners(of: user).flatMap {
            audience.watching(UserKey(tenant: user.tenant, user: $0))
        }
        var told = Set(audience.watching(user)).subtracting(knowing)
        let watches = presence.watches.watches(on: user)
        for (connection, watch) in watches where !watch.isOff {
            let pair = PresenceWatches.Pair(connection: connection, user: user)
            let isSoon = watch.toldAt.map { now - $0 < presence.settings.interval } ?? false
            if watch.isDoubted || isSoon {
                presence.watches.doubt(pair, hasMissed: true)
            } else if watch.isSeen {
                told.insert(connection)
            }
        }
        for connection in partners where watches[connection] == nil {
            let pair = PresenceWatches.Pair(connection: connection, user: user)
            presence.watches[pair] = PresenceWatches.Watch(isAutomatic: true, isSeen: true)
            told.insert(connection)
        }
        if !told.isEmpty { deliveries.append(.telling(told, news)) }
        presence.told(user, isHeard: !told.isEmpty, devices, now: now)
    }

    /// Finds out whether a connection may see a user, and tells it where that has changed.
    private func findOut(
        _ pair: PresenceWatches.Pair,
        _ store: any StorageReader,
        now: ContinuousClock.Instant,
        time: Int64,
        _ deliveries: inout [Delivery]
    ) throws {
        guard var watch = presence.watches[pair], watch.isDoubted, let watcher = audience.user(of: pair.connection)
        else { return }
        let toldAt = [watch.toldAt, presence.people[pair.user]?.toldAt].compactMap(\.self).max()
        if let toldAt, now - toldAt < presence.settings.interval { return presence.watches.putBack([pair]) }
        let isSeen = try store.maySee(pair.user.user, watcher, settings.presence)
        var told: Presence?
        if isSeen, !watch.isSeen || watch.hasMissed {
            told = presence.snapshot(
                of: pair.user,
                record: try store.presence(of: pair.user),
                audience.devices(of: pair.user),
                isRenewed: !watch.isSeen,
                now: now,
                time: time
            )
        } else if !isSeen, watch.isSeen {
            told = presence.hidden(pair.user.user, time: time)
        }
        if let told {
            deliveries.append(.telling([pair.connection], told))
            watch.toldAt = now
        }
        (watch.isSeen, watch.isDoubted, watch.hasMissed) = (isSeen, false, false)
        presence.watches[pair] = watch.isAutomatic && !isSeen ? nil : watch
    }

    /// Keeps what is still only in memory; the last thing that the service does.
    func finish() {
        while true {
            let seen = presence.lastSeen.take(limit: Self.savedAtOnce)
            guard !seen.isEmpty else { return }
            do {
                try storage.write { store in for entry in seen { try store.putLastSeen(entry.time, of: entry.user) } }
            } catch {
                return report("presence", error)
            }
        }
    }
}

extension Delivery {
    fileprivate static func telling(_ connections: Set<ConnectionID>, _ presence: Presence) -> Delivery {
        .direct(
            connections.sorted { ($0.loop, $0.number) < ($1.loop, $1.number) },
            nil,
            .presenceUpdate(presence)
        )
    }
}

extension SpecError {
    /// More users than one connection may watch.
    fileprivate static func tooManyWatched(limit: Int) -> SpecError {
        SpecError(
            .rateLimited,
            reason: "watch_limit",
            details: [.init("scope", .text("connection")), .init("limit", .integer(Int64(limit)))],
            retryAfter: 1_000
        )
    }
}

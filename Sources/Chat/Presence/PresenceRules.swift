import CAASProtocol

/// Saying how one wants to be seen, and watching others (R34, R37).
enum PresenceRules {
    /// What a decision leads to, see ``Decision/Effect/presence(_:)``.
    enum Effect {
        /// A user's own words are stored; `isGone` where it wants to be gone at once.
        case chose(PresenceRecord, isGone: Bool)
        case watch([UserID], PresenceReading)
        /// Those among the users who are direct partners are watched without being asked for.
        case unwatch([UserID], partners: Set<UserID>)
        /// The connection fell silent then, Unix milliseconds, or something came again.
        case idle(since: Int64?)
        /// What `other` sees of a user has changed (R77).
        case doubt(of: UserKey, by: UserID, isPartner: Bool)
        /// These share a conversation from now on: whoever has watched another of them in vain may see it.
        case met([UserKey])
        /// What anybody sees of a user may have.
        case doubtAll(UserKey)
    }

    /// Look-ups of memberships that one step of the chat queue makes.
    private static let lookupsAtOnce = 4_000

    static func decide(_ command: PresenceCommand, _ context: DecisionContext) throws -> Decision {
        switch command {
        case .update(let update): try self.update(update, context)
        case .watch(let subscription, let reading): try watch(subscription, reading, context)
        case .unwatch(let subscription): try unwatch(subscription, context)
        case .idle: preconditionFailure("decided without the store")
        }
    }

    private static func update(_ update: PresenceUpdate, _ context: DecisionContext) throws -> Decision {
        try checkMayHave(context)
        let known = try context.store.presence(of: context.actor.user)
        var record = known ?? PresenceRecord()
        // Otherwise a new end would bring back a message that is over.
        record.expire(context.time)
        record.take(update)
        if record != known ?? PresenceRecord() { try context.store.put(record, of: context.actor.user) }
        return Decision(
            answer: context.success(.done),
            effects: [.presence(.chose(record, isGone: update.status == .offline))]
        )
    }

    /// Finds out who of the users may be seen, so many at a time that nobody waits for it.
    private static func watch(
        _ subscription: PresenceSubscription,
        _ reading: PresenceReading,
        _ context: DecisionContext
    ) throws -> Decision {
        try checkMayHave(context)
        let users = subscription.userIDs
        var reading = reading
        let conversations = try context.store.conversationCount(of: context.actor.user)
        let step = lookupsAtOnce / max(1, conversations) + 1
        for user in users.dropFirst(reading.found.count).prefix(step) {
            let isSeen = try context.store.maySee(user, context.actor.user, context.settings.presence)
            let key = UserKey(tenant: context.actor.user.tenant, user: user)
            reading.found.append(isSeen ? .seen(try context.store.presence(of: key)) : .hidden)
        }
        let answer = context.success(.done)
        guard reading.found.count == users.count else {
            reading.isInSteps = true
            return Decision(answer: answer, isUnfinished: true, rest: .presence(.watch(subscription, reading)))
        }
        return Decision(answer: answer, effects: [.presence(.watch(users, reading))])
    }

    private static func unwatch(_ subscription: PresenceSubscription, _ context: DecisionContext) throws -> Decision {
        try checkMayHave(context)
        let (tenant, actor) = (context.actor.user.tenant, context.actor.user.user)
        let partners = try subscription.userIDs.filter {
            try $0 != actor && context.store.directConversation(tenant: tenant, actor, $0) != nil
        }
        return Decision(
            answer: context.success(.done),
            effects: [.presence(.unwatch(subscription.userIDs, partners: Set(partners)))]
        )
    }

    /// Guests have no presence (R60).
    private static func checkMayHave(_ context: DecisionContext) throws {
        guard !context.actor.user.user.namesGuest else { throw SpecError(.forbidden, reason: "scope") }
    }
}

/// How far the users of one `presence:subscribe` were found out about, in their order.
package struct PresenceReading: Sendable {
    enum Finding: Sendable {
        case hidden
        /// What the store knows of somebody who may be seen.
        case seen(PresenceRecord?)
    }

    var found: [Finding] = []
    /// Whether something may have changed meanwhile.
    var isInSteps = false

    package init() {}
}

extension StorageReader {
    /// Whether a user is to be seen by `watcher`, of the same tenant (R37), which it has not blocked (R77).
    func maySee(_ user: UserID, _ watcher: UserKey, _ settings: PresenceSettings) throws -> Bool {
        guard !user.namesGuest else { return false }
        guard user != watcher.user else { return true }
        guard try !isBlocked(watcher.user, by: UserKey(tenant: watcher.tenant, user: user)) else { return false }
        return try settings.visibility == .tenant || sharesConversation(watcher, with: user)
    }
}

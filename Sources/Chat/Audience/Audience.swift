import CAASProtocol

/// Who is here, and who reads what: the record behind the reader arrays of every event loop (R28).
///
/// A conversation is *live* from its first publish on; only then are its readers kept. Confined to the chat queue.
struct Audience {
    private struct Connection {
        let actor: Actor
        /// Unix milliseconds.
        let since: Int64
        /// When something came last, Unix milliseconds; 0 while it is in use.
        var idleSince: Int64 = 0
        var joined: Set<ConversationKey> = []
        /// The live conversations it is a reader of.
        var reading: Set<ConversationKey> = []
    }

    private struct Live {
        var readers: Set<ConnectionID> = []
        /// Whether members read without joining: direct and group, not channel.
        var hasInbox: Bool
        var usedAt: ContinuousClock.Instant
    }

    private var connections: [ConnectionID: Connection] = [:]
    private var connectionsOfUser: [UserKey: [ConnectionID]] = [:]
    private var joinedConnections: [ConversationKey: Set<ConnectionID>] = [:]
    private var live: [ConversationKey: Live] = [:]
    /// What joined connections have said about media (R52); forgotten when they leave.
    var mediaWishes = MediaWishes()

    // MARK: Questions

    func connections(of user: UserKey) -> [ConnectionID] { connectionsOfUser[user] ?? [] }
    func isLive(_ conversation: ConversationKey) -> Bool { live[conversation] != nil }
    func isConnected(_ connection: ConnectionID) -> Bool { connections[connection] != nil }
    func joinedCount(in conversation: ConversationKey) -> Int { joinedConnections[conversation]?.count ?? 0 }

    /// Whether anybody reads but for `acting`.
    func hasReaders(of conversation: ConversationKey, besides acting: ConnectionID?) -> Bool {
        guard let readers = live[conversation]?.readers else { return false }
        guard let acting, readers.contains(acting) else { return !readers.isEmpty }
        return readers.count > 1
    }

    func joinedConversations(of connection: ConnectionID) -> Set<ConversationKey> {
        connections[connection]?.joined ?? []
    }

    /// Who reads a conversation or has joined it.
    func readers(of conversation: ConversationKey) -> Set<ConnectionID> {
        (joinedConnections[conversation] ?? []).union(live[conversation]?.readers ?? [])
    }

    /// What a user's connections are called, the oldest first.
    func sessions(of user: UserKey) -> [(connection: ConnectionID, name: SessionName, since: Int64)] {
        connections(of: user).compactMap { id in
            guard let connection = connections[id], let name = connection.actor.session else { return nil }
            return (id, name, connection.since)
        }
    }

    // MARK: Presence

    /// What a user's connections say together (R35).
    func devices(of user: UserKey) -> PresenceDevices {
        var devices = PresenceDevices()
        for case let connection? in connections(of: user).map({ connections[$0] }) {
            devices.isPresent = true
            if connection.idleSince == 0 {
                devices.isActive = true
            } else {
                devices.idleSince = max(devices.idleSince ?? 0, connection.idleSince)
            }
        }
        return devices
    }

    /// Since when nothing came from a connection; nil while it is in use.
    func idleSince(_ connection: ConnectionID) -> Int64? {
        connections[connection].flatMap { $0.idleSince == 0 ? nil : $0.idleSince }
    }

    mutating func setIdle(_ connection: ConnectionID, since: Int64?) { connections[connection]?.idleSince = since ?? 0 }

    /// The user of a connection.
    func user(of connection: ConnectionID) -> UserKey? { connections[connection]?.actor.user }

    /// A user's connections that are told of presence.
    func watching(_ user: UserKey) -> [ConnectionID] {
        connections(of: user).filter { connections[$0]?.actor.scopes.allow(.presenceUpdate) == true }
    }

    // MARK: Calls

    /// A user's connections that take part in calls: those that ring, and are told of them (R56).
    func calling(_ user: UserKey) -> [ConnectionID] {
        connections(of: user).filter { connections[$0]?.actor.mayCall == true }
    }

    // MARK: Connections

    /// Registers a connection; `inbox` are the conversations its user reads without joining.
    ///
    /// - Parameter time: Unix milliseconds.
    mutating func connect(_ actor: Actor, inbox: [ConversationKey], time: Int64, _ deliveries: inout [Delivery]) {
        connections[actor.connection] = Connection(actor: actor, since: time)
        connectionsOfUser[actor.user, default: []].append(actor.connection)
        guard actor.inbox else { return }
        for conversation in inbox where live[conversation]?.hasInbox == true {
            enter(conversation, actor.connection, joined: false, &deliveries)
        }
    }

    /// Forgets a connection and everything it has joined.
    mutating func disconnect(_ id: ConnectionID, _ deliveries: inout [Delivery]) {
        guard let connection = connections[id] else { return }
        for conversation in connection.reading { exit(conversation, id, &deliveries) }
        for conversation in connection.joined { removeJoined(id, conversation) }
        connections[id] = nil
        connectionsOfUser[connection.actor.user]?.removeAll { $0 == id }
        if connectionsOfUser[connection.actor.user]?.isEmpty == true { connectionsOfUser[connection.actor.user] = nil }
    }

    // MARK: Conversations

    /// Begins to keep the readers of a conversation; nothing where it is live already.
    mutating func activate(
        _ conversation: ConversationKey,
        members: [UserID],
        hasInbox: Bool,
        now: ContinuousClock.Instant,
        _ deliveries: inout [Delivery]
    ) {
        guard live[conversation] == nil else { return }
        live[conversation] = Live(hasInbox: hasInbox, usedAt: now)
        for connection in joinedConnections[conversation] ?? [] {
            enter(conversation, connection, joined: true, &deliveries)
        }
        guard hasInbox else { return }
        for member in members { enterInbox(conversation, member, &deliveries) }
    }

    /// Notes that something was published, so that the conversation stays live.
    mutating func touch(_ conversation: ConversationKey, now: ContinuousClock.Instant) {
        live[conversation]?.usedAt = now
    }

    /// Forgets the readers of conversations that have been silent for `idle`.
    mutating func retire(idle: Duration, now: ContinuousClock.Instant, _ deliveries: inout [Delivery]) {
        for (conversation, entry) in live where now - entry.usedAt >= idle {
            for reader in entry.readers { connections[reader]?.reading.remove(conversation) }
            live[conversation] = nil
            deliveries.append(.retire(conversation))
        }
    }

    mutating func join(_ conversation: ConversationKey, _ id: ConnectionID, _ deliveries: inout [Delivery]) {
        guard connections[id] != nil else { return }
        connections[id]?.joined.insert(conversation)
        joinedConnections[conversation, default: []].insert(id)
        if live[conversation] != nil { enter(conversation, id, joined: true, &deliveries) }
    }

    /// Ends a subscription; a member goes on reading where there is an inbox.
    mutating func leave(
        _ conversation: ConversationKey,
        _ id: ConnectionID,
        isMember: Bool,
        _ deliveries: inout [Delivery]
    ) {
        guard let connection = connections[id], connection.joined.contains(conversation) else { return }
        connections[id]?.joined.remove(conversation)
        removeJoined(id, conversation)
        guard let entry = live[conversation] else { return }
        if isMember, entry.hasInbox, connection.actor.inbox {
            enter(conversation, id, joined: false, &deliveries)
        } else {
            exit(conversation, id, &deliveries)
        }
    }

    /// Forgets a conversation that is gone, and everybody in it.
    mutating func dissolve(_ conversation: ConversationKey, _ deliveries: inout [Delivery]) {
        for id in joinedConnections.removeValue(forKey: conversation) ?? [] {
            connections[id]?.joined.remove(conversation)
        }
        mediaWishes.forget(conversation)
        guard let entry = live.removeValue(forKey: conversation) else { return }
        for reader in entry.readers { connections[reader]?.reading.remove(conversation) }
        deliveries.append(.retire(conversation))
    }

    mutating func becameMember(_ conversation: ConversationKey, _ user: UserID, _ deliveries: inout [Delivery]) {
        guard live[conversation]?.hasInbox == true else { return }
        enterInbox(conversation, user, &deliveries)
    }

    /// Ends everything that a user's connections had in a conversation.
    mutating func ceasedMember(_ conversation: ConversationKey, _ user: UserID, _ deliveries: inout [Delivery]) {
        for id in connections(of: UserKey(tenant: conversation.tenant, user: user)) {
            if connections[id]?.joined.remove(conversation) != nil { removeJoined(id, conversation) }
            if connections[id]?.reading.contains(conversation) == true { exit(conversation, id, &deliveries) }
        }
    }

    // MARK: Readers

    private mutating func enterInbox(
        _ conversation: ConversationKey,
        _ user: UserID,
        _ deliveries: inout [Delivery]
    ) {
        for id in connections(of: UserKey(tenant: conversation.tenant, user: user)) {
            guard let connection = connections[id], connection.actor.inbox, !connection.reading.contains(conversation)
            else { continue }
            enter(conversation, id, joined: connection.joined.contains(conversation), &deliveries)
        }
    }

    private mutating func enter(
        _ conversation: ConversationKey,
        _ id: ConnectionID,
        joined: Bool,
        _ deliveries: inout [Delivery]
    ) {
        let isNew = live[conversation]?.readers.insert(id).inserted ?? false
        connections[id]?.reading.insert(conversation)
        deliveries.append(isNew ? .enter(conversation, id, joined: joined) : .update(conversation, id, joined: joined))
        if joined { tellWish(conversation, id, &deliveries) }
    }

    private mutating func exit(_ conversation: ConversationKey, _ id: ConnectionID, _ deliveries: inout [Delivery]) {
        live[conversation]?.readers.remove(id)
        connections[id]?.reading.remove(conversation)
        deliveries.append(.exit(conversation, id))
    }

    private mutating func removeJoined(_ id: ConnectionID, _ conversation: ConversationKey) {
        mediaWishes.set(.unsaid, conversation, id)
        joinedConnections[conversation]?.remove(id)
        if joinedConnections[conversation]?.isEmpty == true { joinedConnections[conversation] = nil }
    }
}

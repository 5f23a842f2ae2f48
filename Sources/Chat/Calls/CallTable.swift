import CAASProtocol

/// The calls that go on, by call, user and connection.
///
/// Decisions change it inside the transaction that stores them, so that requests of one batch see each other, and a
/// transaction that fails leaves it as it was. Bounded by ``limit``, and by ``CallSettings/callsPerUser``; a tenant gets as
/// much as is left beside it, so that none takes everything. Confined to the chat queue.
struct CallTable {
    /// Calls that may go on at once.
    static let limit = 10_000
    /// Bytes of signals that wait for those who are away, of all calls together.
    static let heldBytesLimit = 64 * 1024 * 1024

    /// What one tenant has of what all share.
    private struct Share {
        var calls = 0
        var heldBytes = 0
    }

    private var calls: [CallKey: LiveCall] = [:]
    private var shares: [TenantID: Share] = [:]
    /// One call each, or one more that waits: lists so short that looking at all of one costs nothing.
    private var ofUser: [UserKey: [CallKey]] = [:]
    private var ofConnection: [ConnectionID: [CallKey]] = [:]
    /// What the present transaction has changed, as it was before.
    private var undo: [CallKey: LiveCall?] = [:]
    /// No call is due before this.
    private var nextDue: ContinuousClock.Instant?
    /// Bytes of signals that wait.
    private(set) var heldBytes = 0
    /// Whether the calls of an earlier process were taken up.
    var isLoaded = false
    /// Who has to be told of an end, and who was.
    var ends = CallEnds()
    /// When the store was last told that the calls go on.
    var vouchedAt: ContinuousClock.Instant?
    /// When old rows were last removed.
    var forgotAt: ContinuousClock.Instant?

    var count: Int { calls.count }
    var all: [LiveCall] { Array(calls.values) }

    subscript(_ key: CallKey) -> LiveCall? { calls[key] }

    /// The calls that a user is in, those that are answered before those that ring, and the older first (R44).
    func calls(of user: UserKey) -> [LiveCall] { inOrder(ofUser[user]) }

    /// The calls that ring a user in silence (R41); looks at all of them.
    func silentCalls(of user: UserKey) -> [LiveCall] {
        calls.values.filter { $0.record.isSilent && $0.record.key(of: .callee) == user }
    }

    /// The calls of a direct conversation, one beside one in silence at most; looks at all of them.
    func calls(in conversation: ConversationKey) -> [LiveCall] {
        calls.values.filter { $0.record.conversationKey == conversation }
    }

    /// The calls that a connection is bound to, in the same order.
    func calls(boundTo connection: ConnectionID) -> [LiveCall] { inOrder(ofConnection[connection]) }

    /// The call by which `other` rings a user, be it in silence (R45).
    func glare(of user: UserKey, with other: UserKey) -> LiveCall? {
        calls(of: other).first { $0.record.state == .ringing && $0.record.key(of: .callee) == user }
    }

    private func inOrder(_ keys: [CallKey]?) -> [LiveCall] {
        guard let keys else { return [] }
        let found = keys.compactMap { calls[$0] }
        return found.count < 2 ? found : found.sorted { $0.record.place < $1.record.place }
    }

    /// Whether a tenant may have one more call: what it has is never more than what is free.
    func hasRoom(for tenant: TenantID) -> Bool { share(of: tenant).calls < Self.limit - count }

    /// Whether so many bytes more may wait for a tenant's users: what waits for them is never more than what is free.
    func hasRoom(for bytes: Int, of tenant: TenantID) -> Bool {
        share(of: tenant).heldBytes + bytes <= Self.heldBytesLimit - heldBytes
    }

    private func share(of tenant: TenantID) -> Share { shares[tenant] ?? Share() }

    mutating func put(_ call: LiveCall) { replace(call.record.key, call) }

    mutating func remove(_ key: CallKey) { replace(key, nil) }

    /// The calls whose time has come; those that stay are found again later, in case the store fails.
    mutating func takeDue(now: ContinuousClock.Instant) -> [CallKey] {
        guard let nextDue, nextDue <= now else { return [] }
        var due: [CallKey] = []
        for (key, call) in calls where call.dueAt <= now {
            due.append(key)
            calls[key]?.retriesAt = now + .seconds(5)
        }
        self.nextDue = calls.values.map(\.dueAt).min()
        return due
    }

    // MARK: Transactions

    /// What changes from here on is one transaction's.
    mutating func beginTransaction() { undo.removeAll(keepingCapacity: true) }

    /// Nothing of the transaction was stored.
    mutating func rollBackTransaction() {
        let undo = undo
        for (key, call) in undo { replace(key, call) }
        self.undo.removeAll(keepingCapacity: true)
    }

    private mutating func replace(_ key: CallKey, _ next: LiveCall?) {
        let old = calls[key]
        if undo[key] == nil { undo.updateValue(old, forKey: key) }
        account(old, next, of: key.tenant)
        if let old {
            for side in CallSide.allCases {
                ofUser.remove(key, of: old.record.key(of: side))
                if let connection = old[side].connection { ofConnection.remove(key, of: connection) }
            }
        }
        calls[key] = next
        guard let next else { return }
        for side in CallSide.allCases {
            if side == .caller || !next.record.isSilent { ofUser[next.record.key(of: side), default: []].append(key) }
            if let connection = next[side].connection { ofConnection[connection, default: []].append(key) }
        }
        nextDue = nextDue.map { min($0, next.dueAt) } ?? next.dueAt
    }

    /// One call of a tenant takes the place of another, or of none.
    private mutating func account(_ old: LiveCall?, _ next: LiveCall?, of tenant: TenantID) {
        var share = share(of: tenant)
        let bytes = (next?.heldBytes ?? 0) - (old?.heldBytes ?? 0)
        share.heldBytes += bytes
        heldBytes += bytes
        share.calls += (next == nil ? 0 : 1) - (old == nil ? 0 : 1)
        shares[tenant] = share.calls == 0 ? nil : share
    }
}

extension Dictionary where Value == [CallKey] {
    /// Takes a call from a list, and the list with its last one.
    fileprivate mutating func remove(_ call: CallKey, of owner: Key) {
        let rest = self[owner]?.filter { $0 != call } ?? []
        self[owner] = rest.isEmpty ? nil : rest
    }
}

extension CallRecord {
    /// What the calls of one user are ordered by.
    fileprivate var place: (Int, Int64, String) { (answeredAt == nil ? 1 : 0, startedAt, key.call.rawValue) }
}

extension LiveCall {
    /// Bytes of what waits for both sides.
    fileprivate var heldBytes: Int { caller.heldBytes + callee.heldBytes }
}

extension LiveCall.Leg {
    /// Bytes of what waits for this side.
    var heldBytes: Int { held.reduce(0) { $0 + $1.signal.payload.utf8.count } }
}

import CAASProtocol

/// Answers to changes that may be asked for again with the same id (R2): all but `message:send`, whose rows remember.
///
/// Kept for ten minutes and bounded, tenant by tenant: where there is no more room, whoever takes more than an even share
/// makes it, so that no tenant's flood costs another its share (R63). Confined to the chat queue.
struct RecentRequests {
    /// How long an answer is kept.
    static let lifetime = Duration.seconds(600)
    /// Answers kept at most, of all tenants together.
    static let limit = 100_000

    struct Key: Hashable {
        let user: UserKey
        let frame: FrameID
    }

    private var tenants: [TenantID: RecentAnswers] = [:]
    /// Answers kept at present.
    private(set) var count = 0

    /// The first answer again, an error where the id was used for something else, nil where it is new.
    func answer(
        _ key: Key,
        fingerprint: [UInt8],
        now: ContinuousClock.Instant
    ) throws(SpecError) -> Acknowledgement? {
        guard let tenant = tenants[key.user.tenant], let known = tenant.known(key),
            !Self.isOver(known.rememberedAt, now)
        else { return nil }
        guard known.fingerprint == fingerprint else {
            throw SpecError(.alreadyExists, field: "id", reason: "id_reused")
        }
        return .success(timestamp: known.timestamp, known.outcome.asDuplicate)
    }

    mutating func remember(
        _ key: Key,
        fingerprint: [UInt8],
        _ acknowledgement: Acknowledgement,
        now: ContinuousClock.Instant
    ) {
        guard case .success(let timestamp, let outcome) = acknowledgement else { return }
        let tenant = key.user.tenant
        // What is over goes first: this may be the same id, which is remembered anew.
        forgetOver(of: tenant, now: now)
        let isNew = tenants[tenant, default: RecentAnswers()].remember(
            key,
            RecentAnswers.Entry(fingerprint: fingerprint, outcome: outcome, timestamp: timestamp, rememberedAt: now)
        )
        guard isNew else { return }
        count += 1
        if count > Self.limit, let payer = payer(for: tenant) { forgetOldest(of: payer) }
    }

    /// Forgets what is over of every tenant, also of those that ask for nothing any more.
    mutating func sweep(now: ContinuousClock.Instant) {
        for tenant in Array(tenants.keys) { forgetOver(of: tenant, now: now) }
    }

    /// Whose oldest answer makes room for one of `tenant`: its own where it has more than an even share, else that of
    /// the tenant with the most.
    private func payer(for tenant: TenantID) -> TenantID? {
        if let own = tenants[tenant], own.count > Self.limit / tenants.count { return tenant }
        return tenants.max { $0.value.count < $1.value.count }?.key
    }

    private mutating func forgetOver(of tenant: TenantID, now: ContinuousClock.Instant) {
        while let oldest = tenants[tenant]?.oldest, Self.isOver(oldest, now) { forgetOldest(of: tenant) }
    }

    private mutating func forgetOldest(of tenant: TenantID) {
        tenants[tenant]?.forgetOldest()
        count -= 1
        if tenants[tenant]?.count == 0 { tenants[tenant] = nil }
    }

    private static func isOver(_ rememberedAt: ContinuousClock.Instant, _ now: ContinuousClock.Instant) -> Bool {
        now - rememberedAt > lifetime
    }
}

extension Acknowledgement.Outcome {
    /// The same outcome, marked as an answer given again.
    var asDuplicate: Self {
        switch self {
        case .sent(let id, let seq, let offset, _): .sent(messageID: id, seq: seq, offset: offset, duplicate: true)
        case .edited(let id, let version, let offset, _):
            .edited(messageID: id, editVersion: version, offset: offset, duplicate: true)
        case .deleted(let id, let offset, _): .deleted(messageID: id, offset: offset, duplicate: true)
        case .left(let offset, _): .left(offset: offset, duplicate: true)
        case .created(let id, let existing, _): .created(conversationID: id, existing: existing, duplicate: true)
        case .invited(let added, let offset, _): .invited(added, offset: offset, duplicate: true)
        case .role(let role, let offset, _): .role(role, offset: offset, duplicate: true)
        case .changed(let offset, _): .changed(offset: offset, duplicate: true)
        case .call(let standing): .call(standing.asDuplicate)
        case .uploading(let file, let next, let window, _):
            .uploading(file, nextIndex: next, window: window, duplicate: true)
        case .done, .iceServers, .history, .joined, .conversations, .members, .conversation, .message, .user,
            .connections, .presences, .session, .relayed, .pong, .arrived, .file:
            self
        }
    }
}

extension CallStanding {
    fileprivate var asDuplicate: CallStanding {
        var standing = self
        standing.isDuplicate = true
        return standing
    }
}

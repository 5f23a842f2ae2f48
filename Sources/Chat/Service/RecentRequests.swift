import CAASProtocol

/// Answers to changes that may be asked for again with the same id (R2): all but `message:send`, whose rows remember.
///
/// Kept for ten minutes and bounded. Confined to the chat queue.
struct RecentRequests {
    /// How long an answer is kept.
    static let lifetime = Duration.seconds(600)
    /// Answers kept at most; the oldest go first.
    static let limit = 100_000

    struct Key: Hashable {
        let user: UserKey
        let frame: FrameID
    }

    private struct Entry {
        let fingerprint: [UInt8]
        let outcome: Acknowledgement.Outcome
        let timestamp: Int64
        let rememberedAt: ContinuousClock.Instant
    }

    private var entries: [Key: Entry] = [:]
    private var order: [(key: Key, at: ContinuousClock.Instant)] = []
    private var oldest = 0

    /// The first answer again, an error where the id was used for something else, nil where it is new.
    func answer(
        _ key: Key,
        fingerprint: [UInt8],
        now: ContinuousClock.Instant
    ) throws(SpecError) -> Acknowledgement? {
        guard let entry = entries[key], !Self.isOver(entry.rememberedAt, now) else { return nil }
        guard entry.fingerprint == fingerprint else {
            throw SpecError(.alreadyExists, field: "id", reason: "id_reused")
        }
        return .success(timestamp: entry.timestamp, entry.outcome.asDuplicate)
    }

    mutating func remember(
        _ key: Key,
        fingerprint: [UInt8],
        _ acknowledgement: Acknowledgement,
        now: ContinuousClock.Instant
    ) {
        guard case .success(let timestamp, let outcome) = acknowledgement else { return }
        // What is over goes first: this may be the same id, which is remembered anew.
        while oldest < order.count, Self.isOver(order[oldest].at, now) { forgetOldest() }
        guard entries[key] == nil else { return }
        entries[key] = Entry(
            fingerprint: fingerprint,
            outcome: outcome,
            timestamp: timestamp,
            rememberedAt: now
        )
        order.append((key, now))
        while entries.count > Self.limit { forgetOldest() }
        if oldest > 1_024, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }

    private mutating func forgetOldest() {
        entries[order[oldest].key] = nil
        oldest += 1
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
        case .done, .history, .joined, .conversations, .members, .conversation, .message, .user, .connections, .session,
            .relayed, .pong:
            self
        }
    }
}

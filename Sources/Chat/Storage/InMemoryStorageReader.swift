import CAASProtocol

/// Whoever holds a state of ``InMemoryStorage`` can answer questions from it.
protocol InMemoryStorageReading: StorageReader {
    var state: InMemoryStorageState { get }
}

/// Answers from one committed state.
struct InMemoryStorageReader: InMemoryStorageReading {
    let state: InMemoryStorageState
}

extension InMemoryStorageReading {
    package func conversation(_ key: ConversationKey) -> ConversationRecord? {
        state.record(state.numbers[key])
    }

    package func conversation(handle: UInt64, of tenant: TenantID) -> ConversationRecord? {
        state.record(state.handles[handle]).flatMap { $0.key.tenant == tenant ? $0 : nil }
    }

    package func directConversation(tenant: TenantID, _ one: UserID, _ other: UserID) -> ConversationRecord? {
        state.record(state.pairs[InMemoryStorageState.Pair(tenant: tenant, users: [one, other])])
    }

    package func created(by user: UserKey, frame: FrameID) -> (record: ConversationRecord, requestHash: [UInt8])? {
        let creation = InMemoryStorageState.Creation(creator: user, frame: frame)
        guard let number = state.creations[creation], let record = state.record(number) else { return nil }
        return (record, state.requestHashes[number] ?? [])
    }

    package func member(of conversation: ConversationRecord, _ user: UserID) throws -> MemberRecord? {
        try state.conversation(conversation).members[user]?.record
    }

    package func members(of conversation: ConversationRecord, after cursor: UserID?, limit: Int) throws
        -> [MemberRecord]
    {
        let ordered = try state.conversation(conversation).members.values.lazy.map(\.record)
            .filter { $0.role != nil && (cursor.map { [user = $0.user] in precedes($0, user) } ?? true) }
            .sorted { precedes($0.user, $1.user) }
        return Array(ordered.prefix(max(0, limit)))
    }

    package func memberIDs(of conversation: ConversationRecord) throws -> [UserID] {
        try members(of: conversation, after: nil, limit: Int.max).map(\.user)
    }

    package func conversations(of user: UserKey, after cursor: Int64?, limit: Int) throws -> [Membership] {
        let seen = try memberships(of: user, limit: .max).lazy.filter { !$0.member.isHidden }
        return Array(seen.filter { cursor == nil || $0.cursor < cursor ?? 0 }.prefix(max(0, limit)))
    }

    package func memberships(of user: UserKey, limit: Int) -> [Membership] {
        let places = (state.memberships[user] ?? [:]).sorted { $0.key > $1.key }
        return places.prefix(max(0, limit)).compactMap { place, number in
            guard let found = state.conversations[number], let member = found.members[user.user] else { return nil }
            let isDirect = found.record.kind == .direct
            return Membership(
                conversation: found.record,
                member: member.record,
                cursor: place,
                peer: isDirect ? found.members.keys.first { $0 != user.user } : nil
            )
        }
    }

    package func inboxConversations(of user: UserKey) throws -> [ConversationKey] {
        try memberships(of: user, limit: .max)
            .filter { $0.conversation.kind != .channel && !$0.member.isHidden }
            .map(\.conversation.key)
    }

    package func message(in conversation: ConversationRecord, seq: Int64) throws -> MessageRecord? {
        let messages = try state.conversation(conversation).messages
        return seq >= 1 && seq <= messages.count ? messages[Int(seq) - 1] : nil
    }

    package func sent(in conversation: ConversationRecord, by sender: UserID, as frame: FrameID) throws
        -> MessageRecord?
    {
        let found = try state.conversation(conversation)
        let sending = InMemoryStorageState.Sending(sender: sender, clientID: frame)
        return found.seqs[sending].map { found.messages[Int($0) - 1] }
    }

    package func messages(
        in conversation: ConversationRecord,
        _ position: MessageHistory.Position,
        limit: Int
    ) throws -> [MessageRecord] {
        let messages = try state.conversation(conversation).messages
        let limit = max(0, limit)
        return switch position {
        case .latest: Array(messages.suffix(limit))
        case .before(let seq): Array(messages.prefix(Int(clamping: max(1, seq)) - 1).suffix(limit))
        case .after(let seq): Array(messages.dropFirst(Int(clamping: max(0, seq))).prefix(limit))
        }
    }

    package func lastClientIDs(of user: UserKey, limit: Int) -> [FrameID] {
        (state.sent[user] ?? []).suffix(max(0, limit)).map(\.frame)
    }

    package func user(_ key: UserKey) -> UserRecord? {
        state.users[key]
    }
}

/// The order of ids: by their bytes (R78).
private func precedes(_ one: UserID, _ other: UserID) -> Bool {
    one.rawValue.utf8.lexicographicallyPrecedes(other.rawValue.utf8)
}

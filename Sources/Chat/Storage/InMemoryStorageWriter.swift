import CAASProtocol

/// One transaction of ``InMemoryStorage``: changes a copy of the state.
///
/// Confined to the thread that writes.
final class InMemoryStorageWriter: InMemoryStorageReading, StorageWriter {
    var state: InMemoryStorageState

    init(_ state: InMemoryStorageState) {
        self.state = state
    }

    package func insert(_ conversation: NewConversation) throws -> ConversationRecord? {
        guard state.numbers[conversation.key] == nil else { return nil }
        guard state.handles[conversation.handle] == nil else { throw StorageError.failed("handle is taken") }
        let number = state.lastNumber + 1
        let record = ConversationRecord(
            number: number,
            key: conversation.key,
            handle: conversation.handle,
            kind: conversation.kind,
            visibility: conversation.visibility,
            name: conversation.name,
            metadata: conversation.metadata,
            lastSeq: 0,
            lastOffset: 0,
            memberCount: 0,
            ownerCount: 0,
            createdAt: conversation.createdAt
        )
        if let user = conversation.createdBy {
            let creator = UserKey(tenant: conversation.key.tenant, user: user)
            if let frame = conversation.createdByFrame {
                let creation = InMemoryStorageState.Creation(creator: creator, frame: frame)
                guard state.creations[creation] == nil else { throw StorageError.failed("frame was used") }
                state.creations[creation] = number
            }
        }
        state.lastNumber = number
        state.requestHashes[number] = conversation.requestHash
        state.numbers[conversation.key] = number
        state.handles[conversation.handle] = number
        state.conversations[number] = InMemoryStorageState.Conversation(record: record)
        return record
    }

    package func putSettings(of conversation: inout ConversationRecord) throws {
        let settings = conversation
        try change(&conversation) {
            $0.record.name = settings.name
            $0.record.metadata = settings.metadata
            $0.record.visibility = settings.visibility
        }
    }

    package func nextOffset(of conversation: inout ConversationRecord) throws -> Int64 {
        try change(&conversation) { Self.takeOffset(&$0) }
    }

    package func append(_ message: NewMessage, to conversation: inout ConversationRecord) throws -> AppendResult {
        let sending = InMemoryStorageState.Sending(sender: message.sender, clientID: message.clientID)
        let result: AppendResult = try change(&conversation) { found in
            if let seq = found.seqs[sending] { return .duplicate(found.messages[Int(seq) - 1]) }
            let offset = Self.takeOffset(&found)
            found.record.lastSeq += 1
            let seq = found.record.lastSeq
            found.seqs[sending] = seq
            found.messages.append(Self.row(message, in: found.record, seq: seq, offset: offset))
            return .stored(seq: seq, offset: offset)
        }
        let sender = UserKey(tenant: conversation.key.tenant, user: message.sender)
        state.name(sender)
        if case .stored = result {
            state.sent[sender, default: []].append((conversation.number, message.clientID))
        }
        return result
    }

    package func edit(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        content: String,
        editedAt: Int64
    ) throws -> Int64 {
        try change(&message, in: &conversation) {
            $0.message.body.content = content
            $0.message.editVersion += 1
            $0.message.editedAt = editedAt
        }
    }

    package func delete(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        tombstone: Message.Tombstone
    ) throws -> Int64 {
        try change(&message, in: &conversation) {
            $0.message.body = MessageBody()
            $0.message.tombstone = tombstone
            $0.contentHash = nil
        }
    }

    package func put(_ member: MemberRecord, in conversation: inout ConversationRecord) throws {
        let user = UserKey(tenant: conversation.key.tenant, user: member.user)
        let number = conversation.number
        try setMember(member, member.user, in: &conversation)
        state.name(user)
        guard conversation.kind == .direct, let users = state.conversations[number]?.members.keys, users.count == 2
        else { return }
        let pair = InMemoryStorageState.Pair(tenant: user.tenant, users: Set(users))
        guard state.pairs[pair, default: number] == number else { throw StorageError.failed("pair is taken") }
        state.pairs[pair] = number
    }

    package func removeMember(_ user: UserID, from conversation: inout ConversationRecord) throws {
        try setMember(nil, user, in: &conversation)
        let number = conversation.number
        if conversation.kind == .direct { state.pairs = state.pairs.filter { $0.value != number } }
    }

    package func put(_ user: UserRecord) {
        state.name(user.key)
        if let name = user.name { state.users[user.key]?.name = name }
        if let avatarURL = user.avatarURL { state.users[user.key]?.avatarURL = avatarURL }
    }
}

extension InMemoryStorageWriter {
    /// Changes a conversation where it stands, and brings the caller's record up to date.
    private func change<Result>(
        _ conversation: inout ConversationRecord,
        _ body: (inout InMemoryStorageState.Conversation) throws -> Result
    ) throws -> Result {
        guard state.conversations[conversation.number] != nil else { throw StorageError.failed("no such conversation") }
        let unknown = InMemoryStorageState.Conversation(record: conversation)
        let result = try body(&state.conversations[conversation.number, default: unknown])
        conversation = state.record(conversation.number) ?? conversation
        return result
    }

    /// Changes a message that is no tombstone, under the next offset.
    private func change(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        _ body: (inout MessageRecord) -> Void
    ) throws -> Int64 {
        let seq = message.message.seq
        let (row, offset) = try change(&conversation) { found in
            guard seq >= 1, seq <= found.messages.count, found.messages[Int(seq) - 1].message.tombstone == nil else {
                throw StorageError.failed("no such message")
            }
            let offset = Self.takeOffset(&found)
            found.messages[Int(seq) - 1].message.offset = offset
            body(&found.messages[Int(seq) - 1])
            return (found.messages[Int(seq) - 1], offset)
        }
        message = row
        return offset
    }

    /// Sets or removes a member's row; counters and the user's memberships follow.
    private func setMember(_ member: MemberRecord?, _ user: UserID, in conversation: inout ConversationRecord) throws {
        let key = UserKey(tenant: conversation.key.tenant, user: user)
        let next = (state.memberships[key]?.keys.max() ?? 0) + 1
        let (before, after) = try change(&conversation) { found in
            let before = found.members[user]
            let after = member.map {
                InMemoryStorageState.Member(record: $0, membership: $0.role == nil ? nil : before?.membership ?? next)
            }
            found.members[user] = after
            found.record.memberCount += (after?.record.role == nil ? 0 : 1) - (before?.record.role == nil ? 0 : 1)
            found.record.ownerCount +=
                (after?.record.role == .owner ? 1 : 0) - (before?.record.role == .owner ? 1 : 0)
            return (before, after)
        }
        if let place = before?.membership { state.memberships[key]?[place] = nil }
        if let place = after?.membership { state.memberships[key, default: [:]][place] = conversation.number }
    }

    private static func takeOffset(_ conversation: inout InMemoryStorageState.Conversation) -> Int64 {
        conversation.record.lastOffset += 1
        return conversation.record.lastOffset
    }

    private static func row(
        _ message: NewMessage,
        in conversation: ConversationRecord,
        seq: Int64,
        offset: Int64
    ) -> MessageRecord {
        MessageRecord(
            message: Message(
                id: MessageID(MessageID.Location(handle: conversation.handle, seq: seq)),
                conversationID: conversation.key.conversation,
                seq: seq,
                offset: offset,
                senderID: message.sender,
                clientID: message.clientID,
                createdAt: message.createdAt,
                body: message.body
            ),
            createdOffset: offset,
            contentHash: message.contentHash
        )
    }
}

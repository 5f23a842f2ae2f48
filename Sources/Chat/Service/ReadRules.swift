package import CAASProtocol

/// Questions that are answered beside the writer (R22, R27).
package enum ReadRules {
    /// Bytes of one answer, about; it stops there with `hasMore` or a `cursor` (R22).
    private static let answerBytes = 256 * 1024

    /// The answer to a read, from one consistent state.
    ///
    /// - Parameter time: Unix milliseconds.
    package static func answer(
        _ read: ChatRead,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings,
        time: Int64
    ) throws -> Acknowledgement {
        do {
            let outcome =
                switch read {
                case .history(let request): try history(request, actor, store, settings: settings, time: time)
                case .list(let page): try list(page, actor, store, settings: settings)
                case .members(let request): try members(request, actor, store, settings: settings, time: time)
                case .conversation(let id): try conversation(id, actor, store, settings: settings, time: time)
                case .message(let id, let claimed):
                    try message(id, claimed: claimed, actor, store, settings: settings, time: time)
                case .user(let id): try user(id, actor, store)
                case .file(let id): try file(id, actor, store, settings: settings, time: time)
                }
            return .success(timestamp: time, outcome)
        } catch let refusal as SpecError {
            return .failure(refusal)
        }
    }

    private static func history(
        _ request: MessageHistory,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings,
        time: Int64
    ) throws -> Acknowledgement.Outcome {
        let conversation = try find(request.conversationID, actor, store)
        let rights = try store.rights(of: actor, in: conversation, settings: settings, time: time)
        let rows = try store.messages(in: conversation, request.position.from(rights), limit: request.limit + 1)
            .filter { $0.message.seq > rights.unseenSeq }
        // One row more than asked for tells whether there are more; forward it is the last one, backward the first.
        let isForward = if case .after = request.position { true } else { false }
        var page = rows.map(\.message)
        var hasMore = page.count > request.limit
        if hasMore { if isForward { page.removeLast() } else { page.removeFirst() } }
        var room = answerBytes
        let kept = (isForward ? page : page.reversed()).prefix { message in
            let isFirst = room == answerBytes
            room -= message.approximateBytes
            return isFirst || room >= 0
        }
        if kept.count < page.count { hasMore = true }
        return .history(isForward ? Array(kept) : kept.reversed(), hasMore: hasMore)
    }

    private static func list(
        _ page: Page,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings
    ) throws -> Acknowledgement.Outcome {
        let cursor = try page.cursor.map { text in
            guard let cursor = Int64(text) else { throw SpecError(.invalidPayload, field: "data.cursor") }
            return cursor
        }
        let rows = try store.conversations(of: actor.user, after: cursor, limit: page.limit + 1)
        var summaries: [ConversationSummary] = []
        var room = answerBytes
        for row in rows.prefix(page.limit) {
            let last = row.conversation.lastSeq
            let isSeen = last > settings.unseenSeq(for: actor, as: row.member)
            let message = isSeen ? try store.message(in: row.conversation, seq: last)?.message : nil
            room -= 512 + (message?.approximateBytes ?? 0) + (row.conversation.metadata?.utf8.count ?? 0)
            guard room >= 0 || summaries.isEmpty else { break }
            let role = row.member.role ?? .readonly
            summaries.append(row.conversation.summary(role: role, peer: row.peer, lastMessage: message))
        }
        let hasMore = summaries.count < rows.count
        return .conversations(summaries, cursor: hasMore ? "\(rows[summaries.count - 1].cursor)" : nil)
    }

    private static func members(
        _ request: ConversationMembers,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings,
        time: Int64
    ) throws -> Acknowledgement.Outcome {
        let conversation = try find(request.conversationID, actor, store)
        _ = try store.rights(of: actor, in: conversation, settings: settings, time: time)
        let cursor = try request.page.cursor.map { text in
            guard let cursor = UserID(text) else { throw SpecError(.invalidPayload, field: "data.cursor") }
            return cursor
        }
        let rows = try store.members(of: conversation, after: cursor, limit: request.page.limit + 1)
        var members: [MemberSummary] = []
        var room = answerBytes
        for row in rows.prefix(request.page.limit) {
            let user = try store.user(UserKey(tenant: actor.user.tenant, user: row.user))
            room -= 256 + (user?.name?.escapedBytes ?? 0) + (user?.avatarURL?.escapedBytes ?? 0)
            guard room >= 0 || members.isEmpty else { break }
            members.append(
                MemberSummary(
                    userID: row.user,
                    name: user?.name,
                    avatarURL: user?.avatarURL,
                    role: row.role ?? .readonly,
                    joinedAt: row.joinedAt
                )
            )
        }
        let hasMore = rows.count > members.count
        return .members(members, cursor: hasMore ? members.last?.userID.rawValue : nil)
    }

    static func find(
        _ id: ConversationID,
        _ actor: Actor,
        _ store: any StorageReader
    ) throws -> ConversationRecord {
        let key = ConversationKey(tenant: actor.user.tenant, conversation: id)
        guard let record = try store.conversation(key) else {
            throw SpecError.unknownConversation
        }
        return record
    }
}

extension MessageHistory.Position {
    /// The same place, but for what is none of the reader's business.
    fileprivate func from(_ rights: Rights) -> Self {
        if case .after(let seq) = self { .after(seq: max(seq, rights.unseenSeq)) } else { self }
    }
}

extension Message {
    /// Bytes on the wire, about and rather too many: what an answer's limit is counted in.
    fileprivate var approximateBytes: Int {
        512 + body.content.escapedBytes + (body.metadata?.utf8.count ?? 0)
            + body.mentions.count * 64 + body.attachments.reduce(0) { $0 + $1.approximateBytes }
    }
}

extension Attachment {
    fileprivate var approximateBytes: Int {
        256 + (url?.escapedBytes ?? 0) + (thumbnailURL?.escapedBytes ?? 0) + (name?.escapedBytes ?? 0)
            + (metadata?.utf8.count ?? 0)
    }
}

extension String {
    /// Bytes inside a JSON text: a control character is written as six.
    fileprivate var escapedBytes: Int {
        utf8.reduce(0) { count, byte in
            switch byte {
            case ..<0x20: count + 6
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): count + 2
            default: count + 1
            }
        }
    }
}

import CAASProtocol

/// One conversation, message or user, as the lists show them.
extension ReadRules {
    static func conversation(
        _ id: ConversationID,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings,
        time: Int64
    ) throws -> Acknowledgement.Outcome {
        let conversation = try find(id, actor, store)
        let rights = try store.rights(of: actor, in: conversation, settings: settings, time: time)
        let last = conversation.lastSeq
        let message = last > rights.unseenSeq ? try store.message(in: conversation, seq: last)?.message : nil
        let isDirect = conversation.kind == .direct
        let members = isDirect ? try store.memberIDs(of: conversation) : []
        let peer = members.contains(actor.user.user) ? members.first { $0 != actor.user.user } : nil
        let summary = conversation.summary(role: rights.role, peer: peer, lastMessage: message)
        return .conversation(summary, members: conversation.memberCount)
    }

    static func message(
        _ id: MessageID,
        claimed: ConversationID?,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings,
        time: Int64
    ) throws -> Acknowledgement.Outcome {
        let (conversation, seq) = try store.locate(id, tenant: actor.user.tenant, claimed: claimed)
        let rights = try store.rights(
            of: actor,
            in: conversation,
            settings: settings,
            time: time,
            unknown: .unknownMessage
        )
        guard seq > rights.unseenSeq, let record = try store.message(in: conversation, seq: seq) else {
            throw SpecError.unknownMessage
        }
        return .message(record.message)
    }

    /// A file that has arrived, for who sees the latest message with it, or sent it (R53).
    ///
    /// To whom its conversation is closed it is unknown: its id says nothing of one.
    static func file(
        _ id: FileID,
        _ actor: Actor,
        _ store: any StorageReader,
        settings: ChatSettings,
        time: Int64
    ) throws -> Acknowledgement.Outcome {
        let unknown = SpecError.unknownFile("fileId")
        guard let file = try store.file(id, of: actor.user.tenant), file.isComplete,
            let conversation = try store.conversation(file.conversation)
        else { throw unknown }
        let rights: Rights
        do {
            rights = try store.rights(of: actor, in: conversation, settings: settings, time: time, unknown: unknown)
        } catch let refusal as SpecError where refusal.code == .notMember {
            throw unknown
        }
        let isOwn = actor.isUser && actor.user.user == file.owner
        guard isOwn || rights.unseenSeq == 0 || file.lastUse > rights.unseenSeq else { throw unknown }
        return .file(file.summary)
    }

    static func user(_ id: UserID, _ actor: Actor, _ store: any StorageReader) throws -> Acknowledgement.Outcome {
        try UserRules.check(id, actor)
        guard let user = try store.user(UserKey(tenant: actor.user.tenant, user: id)) else {
            throw SpecError(.notFound, field: "userId", reason: "user")
        }
        return .user(UserSummary(userID: id, name: user.name, avatarURL: user.avatarURL))
    }
}

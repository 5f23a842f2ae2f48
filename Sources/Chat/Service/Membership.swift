import CAASProtocol

/// What an actor may do in a conversation, and how far back it sees.
struct Rights {
    let role: MemberRole
    /// Messages up to this seq are none of its business (R22); 0 where it sees all.
    let unseenSeq: Int64
}

extension StorageReader {
    /// The rights of `actor` in a conversation, or the refusal of R15 and R29: banned `FORBIDDEN`, no member
    /// `NOT_MEMBER`, or what an unknown id is answered where private conversations are hidden.
    ///
    /// Who has blocked the other side (R77) gets `FORBIDDEN`, whatever its scopes are.
    ///
    /// - Parameters:
    ///   - time: Unix milliseconds.
    ///   - unknown: What is answered where the client names nothing that exists.
    func rights(
        of actor: Actor,
        in conversation: ConversationRecord,
        settings: ChatSettings,
        time: Int64,
        unknown: SpecError = .unknownConversation
    ) throws -> Rights {
        // A key that acts by itself is no member, even where somebody has made its name one (R60).
        let member = actor.isUser ? try member(of: conversation, actor.user.user) : nil
        if let refusal = member?.blockRefusal { throw refusal }
        if let role = actor.role(as: member) {
            return Rights(role: role, unseenSeq: settings.unseenSeq(for: actor, as: member))
        }
        if let refusal = member?.banRefusal(at: time) { throw refusal }
        throw settings.hidesExistence && conversation.visibility == .private ? unknown : SpecError(.notMember)
    }

    /// The conversation of a message id, or `NOT_FOUND`: unknown, another tenant's, or not where the client says (R7).
    func locate(
        _ id: MessageID,
        tenant: TenantID,
        claimed: ConversationID?
    ) throws -> (conversation: ConversationRecord, seq: Int64) {
        guard let location = id.location, let record = try conversation(handle: location.handle, of: tenant),
            claimed == nil || claimed == record.key.conversation,
            location.seq <= record.lastSeq
        else { throw SpecError.unknownMessage }
        return (record, location.seq)
    }
}

extension ChatSettings {
    /// The seq up to which messages are none of the actor's business (R22); 0 where it sees all.
    func unseenSeq(for actor: Actor, as member: MemberRecord?) -> Int64 {
        let seesAll = history == .shared || !actor.scopes.isDisjoint(with: [.admin, .moderate])
        return seesAll ? 0 : member?.joinedSeq ?? 0
    }
}

extension DecisionContext {
    /// The role of the acting user, or the refusal of R15 and R29.
    func role(in conversation: ConversationRecord, unknown: SpecError = .unknownConversation) throws -> MemberRole {
        try store.rights(of: actor, in: conversation, settings: settings, time: time, unknown: unknown).role
    }

    /// The refusal of who may not write there: messages, and what is handed on without being stored (R25, R30).
    func checkPosting(in conversation: ConversationRecord, unknown: SpecError = .unknownConversation) throws {
        guard try role(in: conversation, unknown: unknown) >= conversation.neededToPost(settings) else {
            throw SpecError(.forbidden, reason: "role")
        }
    }
}

extension MemberRecord {
    /// What a banned user is told (R31); nil without a ban that is in force at `time` (Unix milliseconds).
    func banRefusal(at time: Int64) -> SpecError? {
        guard case .banned(let until) = standing, until.map({ time < $0 }) ?? true else { return nil }
        return SpecError(.forbidden, reason: "banned", details: until.map { [.init("until", .integer($0))] } ?? [])
    }
}

extension SpecError {
    static let unknownConversation = SpecError(.notFound, field: "conversationId", reason: "conversation")
    static let unknownMessage = SpecError(.notFound, field: "data.messageId", reason: "message")
}

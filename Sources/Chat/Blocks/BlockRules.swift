import CAASProtocol

/// Blocking (R77): what a user hides from itself, and itself from, without a sign to the other.
///
/// A direct conversation with a blocked user is hidden from the blocker by the member's row, so that messages cost nothing more.
enum BlockRules {
    /// Users that one user may have blocked.
    static let blockedPerUser = 10_000

    static func change(
        _ request: UserBlock,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        let (blocker, other) = (context.actor.user, request.userID)
        guard other != blocker.user else {
            throw SpecError(.invalidPayload, field: "data.userId", reason: "self")
        }
        guard try context.store.user(UserKey(tenant: blocker.tenant, user: other)) != nil else {
            throw SpecError(.notFound, field: "data.userId", reason: "user")
        }
        let done = context.success(.changed(offset: nil, duplicate: false))
        guard try context.store.isBlocked(other, by: blocker) != request.on else { return Decision(answer: done) }
        var effects: [Decision.Effect] = []
        if request.on {
            try CallRules.checkLoaded(calls)
            guard try context.store.blockCount(of: blocker) < blockedPerUser else {
                throw SpecError(
                    .rateLimited,
                    reason: "quota",
                    details: [.init("scope", .text("user")), .init("limit", .integer(Int64(blockedPerUser)))],
                    retryAfter: 1_000
                )
            }
            try context.store.block(other, by: blocker, at: context.time)
            effects = try CallRules.silence(other, &calls, context)
        } else {
            try context.store.unblock(other, by: blocker)
        }
        let direct = try context.store.directConversation(tenant: blocker.tenant, blocker.user, other)
        let hiding = try direct.map { try hide($0, from: blocker.user, request.on, peer: other, context) }
        let isPartner = direct != nil && !request.on
        return Decision(
            answer: done,
            effects: effects + (hiding ?? []) + [.presence(.doubt(of: blocker, by: other, isPartner: isPartner))]
        )
    }

    /// Takes a member of a direct conversation out of those who hear of it, or puts it back.
    private static func hide(
        _ conversation: ConversationRecord,
        from user: UserID,
        _ isHidden: Bool,
        peer: UserID?,
        _ context: DecisionContext
    ) throws -> [Decision.Effect] {
        var conversation = conversation
        guard var member = try context.store.member(of: conversation, user), let role = member.role,
            member.isHidden != isHidden
        else { return [] }
        member.isHidden = isHidden
        try context.store.put(member, in: &conversation)
        let key = conversation.key
        guard isHidden else {
            let summary = conversation.summary(role: role, peer: peer)
            return [.becameMember(key, user), .tell(user, key, .conversationUpdated(summary))]
        }
        let removed = ConversationRemoved(reason: .blocked, by: user)
        return [.stopTyping(key, user), .ceasedMember(key, user), .tell(user, key, .conversationRemoved(removed))]
    }

    /// A user ends, and with it who blocks it: its direct conversation stays, with the other user.
    static func reveal(_ conversation: ConversationRecord, _ context: DecisionContext) throws -> [Decision.Effect] {
        guard conversation.kind == .direct else { return [] }
        return try context.store.members(of: conversation, after: nil, limit: 2).flatMap {
            try hide(conversation, from: $0.user, false, peer: nil, context)
        }
    }

    /// Whether the acting user names somebody in vain, and is to notice nothing: its invitations come to nothing.
    ///
    /// Backends that act by themselves, and whoever has scope `admin`, put whom they want where they want.
    static func isInVain(_ user: UserID, _ context: DecisionContext) throws -> Bool {
        guard context.actor.isUser, !context.actor.scopes.contains(.admin) else { return false }
        return try context.store.isBlocked(
            context.actor.user.user,
            by: UserKey(tenant: context.actor.user.tenant, user: user)
        )
    }

    /// Refuses what a user does towards somebody whom it has blocked itself.
    static func checkUnblocked(_ user: UserID, _ context: DecisionContext) throws {
        guard context.actor.isUser, try context.store.isBlocked(user, by: context.actor.user) else { return }
        throw SpecError.blocked
    }
}

extension MemberRecord {
    /// What a user is told in a direct conversation that it hides from itself; nil where it does not.
    var blockRefusal: SpecError? { isHidden ? .blocked : nil }
}

extension SpecError {
    /// The user itself has blocked the other one: it knows, and may end that.
    fileprivate static let blocked = SpecError(.forbidden, reason: "blocked")
}

extension DecisionContext {
    /// The members that hear of what is published in a conversation without having joined it.
    func hearers(of conversation: ConversationRecord) throws -> [UserID] {
        switch conversation.kind {
        case .direct:
            try store.members(of: conversation, after: nil, limit: 2).filter { !$0.isHidden }.map(\.user)
        case .group: try store.memberIDs(of: conversation)
        case .channel: []
        }
    }
}

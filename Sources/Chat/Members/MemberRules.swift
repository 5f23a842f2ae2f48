import CAASProtocol

/// Inviting, removing and promoting (R30, R31).
enum MemberRules {
    static func invite(_ request: ConversationInvite, _ context: DecisionContext) throws -> Decision {
        var conversation = try context.conversation(request.conversationID)
        let role = try context.role(in: conversation)
        guard conversation.kind != .direct else { throw SpecError(.forbidden, reason: "direct") }
        guard role >= (conversation.visibility == .public ? .member : .moderator), request.role <= role else {
            throw SpecError(.forbidden, field: request.role > role ? "data.role" : nil, reason: "role")
        }
        var new: [UserID] = []
        for user in request.userIDs {
            let member = try context.store.member(of: conversation, user)
            if member?.banRefusal(at: context.time) != nil {
                throw SpecError(
                    .forbidden,
                    field: "data.userIds",
                    reason: "banned",
                    details: [.init("userId", .text(user.rawValue))]
                )
            }
            if member?.role == nil { new.append(user) }
        }
        if conversation.kind == .group, conversation.memberCount + new.count > context.settings.groupMembers {
            throw ConversationRules.full(context)
        }
        try checkKnown(new, field: "data.userIds", context)
        var effects: [Decision.Effect] = []
        let before = conversation.lastOffset
        for user in new {
            try makeKnown(user, context)
            let isInVain = try BlockRules.isInVain(user, context)
            effects += try begin(of: user, role: request.role, in: &conversation, isInVain: isInVain, context)
        }
        let offset = conversation.lastOffset > before ? conversation.lastOffset : nil
        return Decision(answer: context.success(.invited(new, offset: offset, duplicate: false)), effects: effects)
    }

    static func remove(_ request: ConversationRemove, _ context: DecisionContext) throws -> Decision {
        var conversation = try context.conversation(request.conversationID)
        let role = try context.role(in: conversation)
        guard conversation.kind != .direct else { throw SpecError(.forbidden, reason: "direct") }
        guard role >= .moderator else { throw SpecError(.forbidden, reason: "role") }
        let member = try context.store.member(of: conversation, request.userID)
        guard let standing = member?.standing else {
            guard request.ban,
                try context.store.user(UserKey(tenant: context.actor.user.tenant, user: request.userID)) != nil
            else { throw SpecError(.notFound, field: "data.userId", reason: "member") }
            try ban(request.userID, until: request.until, in: &conversation, context)
            return Decision(answer: context.success(.left(offset: nil, duplicate: false)))
        }
        guard case .member(let theirs) = standing else {
            guard request.ban else { throw SpecError(.notFound, field: "data.userId", reason: "member") }
            // A ban is replaced by one with another end; an end that has passed lifts it.
            try ban(request.userID, until: request.until, in: &conversation, context)
            return Decision(answer: context.success(.left(offset: nil, duplicate: false)))
        }
        guard theirs < role else { throw SpecError(.forbidden, reason: "role") }
        let removed = ConversationRemoved(
            reason: request.ban ? .banned : .kicked,
            by: context.actor.user.user,
            until: request.ban ? request.until : nil
        )
        let end = try end(of: request.userID, in: &conversation, change: .removed, removed: removed, context)
        if request.ban { try ban(request.userID, until: request.until, in: &conversation, context) }
        return Decision(answer: context.success(.left(offset: end.offset, duplicate: false)), effects: end.effects)
    }

    static func changeRole(_ request: ConversationRole, _ context: DecisionContext) throws -> Decision {
        var conversation = try context.conversation(request.conversationID)
        let role = try context.role(in: conversation)
        guard conversation.kind != .direct else { throw SpecError(.forbidden, reason: "direct") }
        guard role >= .owner else { throw SpecError(.forbidden, reason: "role") }
        guard var member = try context.store.member(of: conversation, request.userID), let old = member.role else {
            throw SpecError(.notFound, field: "data.userId", reason: "member")
        }
        guard request.mutedUntil == nil else {
            throw SpecError(.invalidPayload, field: "data.mutedUntil", reason: "not_yet")
        }
        guard let new = request.role, new != old else {
            return Decision(answer: context.success(.role(old, offset: nil, duplicate: false)))
        }
        guard old != .owner || conversation.ownerCount > 1 else { throw SpecError(.forbidden, reason: "last_owner") }
        member.standing = .member(new)
        try context.store.put(member, in: &conversation)
        let offset = try context.store.nextOffset(of: &conversation)
        let event = ServerEvent.memberUpdated(
            MemberUpdated(userID: request.userID, change: .role, role: new, offset: offset)
        )
        return Decision(
            answer: context.success(.role(new, offset: offset, duplicate: false)),
            effects: try context.activation(of: conversation) + [.publish(conversation.key, event)]
        )
    }

    // MARK: Parts

    /// Begins a membership: the row, the offset, and who is told (R25, R26).
    ///
    /// - Parameter isInVain: Whether none begins, and nobody is to notice (R77).
    static func begin(
        of user: UserID,
        role: MemberRole,
        in conversation: inout ConversationRecord,
        isInVain: Bool = false,
        _ context: DecisionContext
    ) throws -> [Decision.Effect] {
        var effects = try context.activation(of: conversation)
        if !isInVain {
            try context.store.put(
                MemberRecord(
                    user: user,
                    standing: .member(role),
                    joinedAt: context.time,
                    joinedSeq: conversation.lastSeq
                ),
                in: &conversation
            )
        }
        // Plain members of a channel come and go unannounced: 100,000 viewers would be 100,000 commits (R25).
        if conversation.kind != .channel || role > .member {
            let offset = try context.store.nextOffset(of: &conversation)
            let joined = MemberUpdated(userID: user, change: .joined, role: role, offset: offset)
            effects.append(.publish(conversation.key, .memberUpdated(joined)))
        }
        guard !isInVain else { return effects }
        effects.append(.becameMember(conversation.key, user))
        effects.append(.tell(user, conversation.key, .conversationUpdated(conversation.summary(role: role))))
        return effects
    }

    /// Ends a membership: the row, the offset, and who is told (R31).
    static func end(
        of user: UserID,
        in conversation: inout ConversationRecord,
        change: MemberUpdated.Change,
        removed: ConversationRemoved,
        _ context: DecisionContext
    ) throws -> (offset: Int64?, effects: [Decision.Effect]) {
        var effects = try context.activation(of: conversation)
        let role = try context.store.member(of: conversation, user)?.role
        try context.store.removeMember(user, from: &conversation)
        effects.append(.stopTyping(conversation.key, user))
        effects.append(.ceasedMember(conversation.key, user))
        effects.append(.tell(user, conversation.key, .conversationRemoved(removed)))
        guard conversation.kind != .channel || role.map({ $0 > .member }) ?? false else { return (nil, effects) }
        let offset = try context.store.nextOffset(of: &conversation)
        let event = MemberUpdated(userID: user, change: change, role: nil, offset: offset)
        effects.append(.publish(conversation.key, .memberUpdated(event)))
        return (offset, effects)
    }

    /// Refuses users that nobody has met, where naming them does not make them (R26).
    static func checkKnown(_ users: [UserID], field: String, _ context: DecisionContext) throws {
        guard !context.settings.autoCreateUsers else { return }
        for user in users
        where try context.store.user(UserKey(tenant: context.actor.user.tenant, user: user)) == nil {
            throw SpecError(.notFound, field: field, reason: "user", details: [.init("userId", .text(user.rawValue))])
        }
    }

    /// A user exists from being named as a member, or from making a conversation (R26).
    static func makeKnown(_ user: UserID, _ context: DecisionContext) throws {
        let key = UserKey(tenant: context.actor.user.tenant, user: user)
        if try context.store.user(key) == nil {
            try context.store.put(UserRecord(key: key, name: nil, avatarURL: nil))
        }
    }

    private static func ban(
        _ user: UserID,
        until: Int64?,
        in conversation: inout ConversationRecord,
        _ context: DecisionContext
    ) throws {
        try context.store.put(
            MemberRecord(user: user, standing: .banned(until: until), joinedAt: context.time),
            in: &conversation
        )
    }
}

import CAASProtocol

/// Making, joining and leaving conversations (R25–R28).
enum ConversationRules {
    /// Members that one creation or invitation may name.
    static let membersAtOnce = 500

    /// A client makes a conversation, under the policy of R26, or a backend for others, as which it is no member.
    static func create(
        _ request: ConversationCreate,
        fingerprint: [UInt8],
        _ context: DecisionContext
    ) throws -> Decision {
        let creator = context.actor.user.user
        if let known = try context.store.created(by: context.actor.user, frame: context.frame) {
            guard known.requestHash == fingerprint else {
                throw SpecError(.alreadyExists, field: "id", reason: "id_reused")
            }
            return Decision(answer: context.success(created(known.record, duplicate: true)), isRepeated: true)
        }
        try checkPolicy(request.kind, context)
        let others = request.memberIDs.filter { $0 != creator }
        let members = context.actor.isUser ? [creator] + others : others
        switch request.kind {
        case .direct:
            guard members.count == 2 else {
                throw SpecError(.invalidPayload, field: "data.memberIds", reason: others.isEmpty ? "self" : "direct")
            }
            try BlockRules.checkUnblocked(members[1], context)
            if let existing = try context.store.directConversation(
                tenant: context.actor.user.tenant,
                members[0],
                members[1]
            ) {
                return Decision(answer: context.success(created(existing, existing: true)))
            }
        case .group:
            guard members.count <= context.settings.groupMembers else { throw full(context) }
        case .channel: break
        }
        // One request is one step of the chat queue: more members are invited in further ones.
        guard others.count <= Self.membersAtOnce else {
            throw SpecError(
                .invalidPayload,
                field: "data.memberIds",
                reason: "too_many",
                details: [
                    .init("limit", .integer(Int64(Self.membersAtOnce))), .init("size", .integer(Int64(others.count))),
                ]
            )
        }
        try MemberRules.checkKnown(others, field: "data.memberIds", context)
        let id = request.conversationID ?? .random()
        guard
            let conversation = try context.store.insert(
                NewConversation(
                    key: context.key(id),
                    handle: .random(in: 0...UInt64.max),
                    kind: request.kind,
                    visibility: request.kind == .direct ? .private : request.visibility,
                    name: request.name,
                    metadata: request.metadata,
                    createdAt: context.time,
                    createdBy: creator,
                    createdByFrame: context.frame,
                    requestHash: fingerprint,
                    directPair: request.kind == .direct ? DirectPair(members[0], members[1]) : nil
                )
            )
        else { throw SpecError(.alreadyExists, field: "conversationId", reason: "conversation") }
        return try populate(conversation, others: others, context)
    }

    /// This connection subscribes; a public conversation makes its user a member (R27).
    static func join(_ id: ConversationID, joinedCount: Int, _ context: DecisionContext) throws -> Decision {
        guard joinedCount < context.settings.joinedPerConnection else {
            throw SpecError(
                .rateLimited,
                reason: "join_limit",
                details: [
                    .init("scope", .text("connection")),
                    .init("limit", .integer(Int64(context.settings.joinedPerConnection))),
                ],
                retryAfter: 1_000
            )
        }
        guard let conversation = try context.store.conversation(context.key(id)) else {
            return try createByJoining(id, context)
        }
        let member = try context.store.member(of: conversation, context.actor.user.user)
        if let refusal = member?.blockRefusal { throw refusal }
        if let role = member?.role { return joined(conversation, role, context) }
        guard conversation.visibility == .public else {
            return joined(conversation, try context.role(in: conversation), context)
        }
        if let refusal = member?.banRefusal(at: context.time) { throw refusal }
        return try becomeMember(conversation, context)
    }

    /// This connection unsubscribes; with `membership` the user leaves for good (R27, R30).
    static func leave(_ request: ConversationLeave, _ context: DecisionContext) throws -> Decision {
        var conversation = try context.conversation(request.conversationID)
        let user = context.actor.user.user
        let member = try context.store.member(of: conversation, user)
        if let refusal = member?.blockRefusal { throw refusal }
        guard request.endsMembership else {
            // Whoever may not know of a conversation learns nothing by leaving it (R29).
            if context.settings.hidesExistence, conversation.visibility == .private {
                _ = try context.role(in: conversation)
            }
            return Decision(
                answer: context.success(.left(offset: nil, duplicate: false)),
                effects: [.leave(conversation.key, isMember: member?.role != nil)]
            )
        }
        guard let role = member?.role else {
            _ = try context.role(in: conversation)
            throw SpecError(.notMember)
        }
        guard conversation.kind != .direct else { throw SpecError(.forbidden, reason: "direct") }
        guard role != .owner || conversation.ownerCount > 1 else {
            throw SpecError(.forbidden, reason: "last_owner")
        }
        let effects = try MemberRules.end(
            of: user,
            in: &conversation,
            change: .left,
            removed: .init(reason: .left),
            context
        )
        return Decision(
            answer: context.success(.left(offset: effects.offset, duplicate: false)),
            effects: effects.effects
        )
    }

    // MARK: Parts

    private static func createByJoining(_ id: ConversationID, _ context: DecisionContext) throws -> Decision {
        guard context.settings.autoCreateOnJoin, context.actor.scopes.allow(.conversationCreate),
            let conversation = try context.store.insert(
                NewConversation(
                    key: context.key(id),
                    handle: .random(in: 0...UInt64.max),
                    kind: .group,
                    visibility: .public,
                    name: nil,
                    metadata: nil,
                    createdAt: context.time,
                    createdBy: nil,
                    createdByFrame: nil,
                    requestHash: nil,
                    directPair: nil
                )
            )
        else { throw SpecError.unknownConversation }
        var decision = try populate(conversation, others: [], context)
        guard let made = try context.store.conversation(conversation.key) else { return decision }
        let joined = joined(made, .owner, context)
        decision.answer = joined.answer
        decision.effects += joined.effects
        return decision
    }

    private static func becomeMember(_ record: ConversationRecord, _ context: DecisionContext) throws -> Decision {
        var conversation = record
        if conversation.kind == .group, conversation.memberCount >= context.settings.groupMembers {
            throw full(context)
        }
        let effects = try MemberRules.begin(
            of: context.actor.user.user,
            role: .member,
            in: &conversation,
            context
        )
        var decision = joined(conversation, .member, context)
        decision.effects = effects + decision.effects
        return decision
    }

    private static func joined(
        _ conversation: ConversationRecord,
        _ role: MemberRole,
        _ context: DecisionContext
    ) -> Decision {
        Decision(
            answer: context.success(
                .joined(
                    latestSeq: conversation.lastSeq,
                    latestOffset: conversation.lastOffset,
                    role: role,
                    members: conversation.memberCount
                )
            ),
            effects: [.join(conversation.key)]
        )
    }

    /// Enters the creator and the first members; the making of a conversation takes no offset.
    static func populate(
        _ made: ConversationRecord,
        others: [UserID],
        _ context: DecisionContext
    ) throws -> Decision {
        var conversation = made
        // Both sides of a direct conversation have the same rights: neither moderates the other.
        let role: MemberRole = conversation.kind == .direct ? .owner : .member
        var members = others.map { (user: $0, role: role) }
        if context.actor.isUser { members.insert((context.actor.user.user, .owner), at: 0) }
        var told: [(user: UserID, role: MemberRole, peer: UserID?)] = []
        for (user, role) in members {
            let peer = members.first { $0.user != user }?.user
            var member = MemberRecord(user: user, standing: .member(role), joinedAt: context.time)
            if conversation.kind == .direct, let peer {
                member.isHidden = try context.store.isBlocked(peer, by: UserKey(tenant: made.key.tenant, user: user))
            } else if try BlockRules.isInVain(user, context) {
                continue
            }
            try MemberRules.makeKnown(user, context)
            try context.store.put(member, in: &conversation)
            if !member.isHidden { told.append((user, role, peer)) }
        }
        var effects = told.map { user, role, peer in
            let summary = conversation.summary(role: role, peer: peer)
            return Decision.Effect.tell(user, conversation.key, .conversationUpdated(summary))
        }
        if conversation.kind != .channel, told.count > 1 {
            effects.append(.presence(.met(told.map { UserKey(tenant: made.key.tenant, user: $0.user) })))
        }
        return Decision(answer: context.success(created(conversation)), effects: effects)
    }

    private static func checkPolicy(_ kind: ConversationKind, _ context: DecisionContext) throws {
        let isAllowed =
            switch context.settings.creation {
            case .all: true
            case .direct: kind == .direct
            case .none: false
            }
        guard isAllowed || context.actor.key != nil || context.actor.scopes.contains(.admin) else {
            throw SpecError(.forbidden, reason: "policy")
        }
    }

    private static func created(
        _ conversation: ConversationRecord,
        existing: Bool = false,
        duplicate: Bool = false
    ) -> Acknowledgement.Outcome {
        .created(conversationID: conversation.key.conversation, existing: existing, duplicate: duplicate)
    }

    static func full(_ context: DecisionContext) -> SpecError {
        SpecError(
            .forbidden,
            reason: "full",
            details: [.init("limit", .integer(Int64(context.settings.groupMembers)))]
        )
    }
}

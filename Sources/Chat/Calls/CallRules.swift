import CAASProtocol

/// Calls between two users (R39–R48): what a request may do, and what follows from it.
enum CallRules {
    /// The one switch over what can be asked about calls.
    static func decide(_ command: CallCommand, _ calls: inout CallTable, _ context: DecisionContext) throws -> Decision
    {
        try checkLoaded(calls)
        // Guests are in no calls, as if their tokens did not open them (R60).
        guard command.isOwn || !context.actor.user.user.namesGuest else { throw SpecError(.forbidden, reason: "scope") }
        switch command {
        case .initiate(let request): return try initiate(request, &calls, context)
        case .answer(let reference): return try answer(reference, &calls, context)
        case .reject(let reference): return try reject(reference, &calls, context)
        case .end(let reference): return try end(reference, &calls, context)
        case .signal(let signal): return try self.signal(signal, &calls, context)
        case .ice(let reference): return try ice(reference, calls, context)
        case .due(let key): return try due(key, &calls, context)
        case .vouch: return try vouch(calls, context)
        }
    }

    /// Nothing is decided about calls, nor what ends one, while those of an earlier process are unknown.
    static func checkLoaded(_ calls: CallTable) throws(SpecError) {
        guard calls.isLoaded else { throw SpecError(.unavailable, reason: "storage", retryAfter: 1_000) }
    }

    // MARK: Calling

    private static func initiate(
        _ request: CallInitiate,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        guard let target = request.targetUserID, let type = request.type else {
            throw SpecError(.invalidPayload, field: "conversationId", reason: "not_yet")
        }
        let caller = context.actor.user
        guard target != caller.user else {
            throw SpecError(.invalidPayload, field: "data.targetUserId", reason: "self")
        }
        guard !target.namesGuest else {
            throw SpecError(.forbidden, field: "data.targetUserId", reason: "guest")
        }
        let callee = UserKey(tenant: caller.tenant, user: target)
        guard try context.store.user(callee) != nil else {
            throw SpecError(.notFound, field: "data.targetUserId", reason: "user")
        }
        let known = try context.store.directConversation(tenant: caller.tenant, caller.user, target)
        if let claimed = request.conversationID, claimed != known?.key.conversation {
            throw SpecError.unknownConversation
        }
        try BlockRules.checkUnblocked(target, context)
        // Both call each other: no second call, the first one is answered (R45).
        if let call = glare(with: callee, calls, context) {
            return try answered(call, isGlare: true, &calls, context)
        }
        if let present = calls.calls(of: caller).first {
            throw SpecError(
                .alreadyExists,
                reason: "in_call",
                details: [.init("callId", .text(present.record.key.call.rawValue))]
            )
        }
        let device = try device(context)
        try checkRight(toCall: target, known, context)
        let isSilent = try context.store.isBlocked(caller.user, by: callee)
        let isBusy = !isSilent && calls.calls(of: callee).count >= context.settings.calls.callsPerUser
        if !isBusy { try checkRoom(for: caller.tenant, calls) }
        let (conversation, made) = try known.map { ($0, []) } ?? makeDirect(with: target, context)
        var record = CallRecord(
            key: CallKey(tenant: caller.tenant, call: .random()),
            conversation: conversation.key.conversation,
            caller: caller.user,
            callee: target,
            type: type,
            callerDevice: device,
            startedAt: context.time,
            ringsUntil: context.time + context.settings.calls.ringTimeout.milliseconds
        )
        record.isSilent = isSilent
        var decision = try isBusy ? refuseBusy(record, context) : ring(record, &calls, context)
        decision.effects = made + decision.effects
        return decision
    }

    /// The call by which somebody rings the acting user, who calls them.
    ///
    /// One in silence takes the user's place only when it is answered, and its devices have not rejected it by a block.
    private static func glare(with other: UserKey, _ calls: CallTable, _ context: DecisionContext) -> LiveCall? {
        let user = context.actor.user
        let hasPlace = calls.calls(of: user).count < context.settings.calls.callsPerUser
        return calls.glare(of: user, with: other).flatMap { call in
            !call.record.isSilent || (hasPlace && !call.record.hasRung) ? call : nil
        }
    }

    private static func ring(
        _ new: CallRecord,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        var record = new
        record.hasRung = !record.isSilent && context.rings(record.key(of: .callee))
        try insert(record, context)
        var call = LiveCall(record, ringsUntil: context.now + context.settings.calls.ringTimeout)
        call.caller.connection = context.actor.connection
        calls.put(call)
        var standing = record.standing
        standing.iceServers = context.settings.calls.turn.servers(for: context.actor.user, time: context.time)
        var effects: [CallEffect] = [.answer]
        if record.hasRung { effects += try ringing(record, on: nil, context) }
        return Decision(answer: context.success(.call(standing)), effects: effects.map(Decision.Effect.call))
    }

    /// The devices of the callee ring, or one that has come late, and the caller is told of the first (R42).
    static func ringing(_ record: CallRecord, on late: ConnectionID?, _ context: DecisionContext) throws -> [CallEffect]
    {
        let caller = try context.store.user(record.key(of: .caller))
        let incoming = CallIncoming(
            callID: record.key.call,
            callerID: record.caller,
            name: caller?.name,
            avatarURL: caller?.avatarURL,
            type: record.type,
            expiresAt: record.ringsUntil,
            iceServers: context.settings.calls.turn.servers(for: record.key(of: .callee), time: context.time)
        )
        return [.tell(record.callee, record.conversationKey, .callIncoming(incoming), only: late)]
            + (late == nil ? [.tell(record.caller, record.conversationKey, .callRinging(record.key.call))] : [])
    }

    /// A call that is over before it begins has its entry all the same (R44).
    private static func refuseBusy(_ new: CallRecord, _ context: DecisionContext) throws -> Decision {
        var record = new.ended(.busy, at: context.time)
        record.callerTold = true
        record.calleeTold = true
        try insert(record, context)
        var effects: [Decision.Effect] = [.call(.answer)]
        if let ending = record.ending {
            // The callee talks with somebody else, and has not heard of this call: the entry tells.
            effects.append(.call(.tell(record.caller, record.conversationKey, .callEnded(ending))))
        }
        return Decision(
            answer: context.success(.call(record.standing)),
            effects: effects + (try entry(of: record, context))
        )
    }

    /// The node takes so many calls, and of one tenant as many as are left for the others (R63).
    private static func checkRoom(for tenant: TenantID, _ calls: CallTable) throws(SpecError) {
        guard calls.count < CallTable.limit else {
            throw SpecError(.unavailable, reason: "calls", retryAfter: 1_000)
        }
        guard calls.hasRoom(for: tenant) else {
            throw SpecError(
                .rateLimited,
                reason: "quota",
                details: [
                    .init("scope", .text("tenant")), .init("limit", .integer(Int64(CallTable.limit - calls.count))),
                ],
                retryAfter: 1_000
            )
        }
    }

    private static func insert(_ record: CallRecord, _ context: DecisionContext) throws {
        guard try context.store.insert(record) else { throw StorageError.failed("call id is taken") }
    }

    /// Whoever may call: who shares a direct or group conversation, or anybody where the settings say so (R41).
    private static func checkRight(
        toCall target: UserID,
        _ direct: ConversationRecord?,
        _ context: DecisionContext
    ) throws {
        guard direct == nil, context.settings.calls.policy == .shared else { return }
        let caller = context.actor.user
        guard try context.store.shareConversation(tenant: caller.tenant, caller.user, target) else {
            throw SpecError(.forbidden, reason: "no_shared_conversation")
        }
    }

    /// The conversation that the call belongs to, whatever clients may make by themselves; both are told of it (R26).
    private static func makeDirect(
        with target: UserID,
        _ context: DecisionContext
    ) throws -> (ConversationRecord, [Decision.Effect]) {
        let caller = context.actor.user
        let record = try context.store.insert(
            NewConversation(
                key: context.key(.random()),
                handle: .random(in: 0...UInt64.max),
                kind: .direct,
                visibility: .private,
                name: nil,
                metadata: nil,
                createdAt: context.time,
                createdBy: nil,
                createdByFrame: nil,
                requestHash: nil,
                directPair: DirectPair(caller.user, target)
            )
        )
        guard let record else { throw StorageError.failed("conversation id is taken") }
        let effects = try ConversationRules.populate(record, others: [target], context).effects.map { effect in
            guard case .tell(let user, let conversation?, let event) = effect else { return effect }
            return Decision.Effect.call(.tellAll(user, conversation, event))
        }
        return (record, effects)
    }

    /// What the acting connection's device is called: only who has one takes part in calls.
    static func device(_ context: DecisionContext) throws -> String {
        guard let session = context.actor.session else { throw SpecError(.forbidden, reason: "no_connection") }
        return session.deviceID
    }
}

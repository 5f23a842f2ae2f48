import CAASProtocol

/// What connections that come and go do to calls (R42, R48), and what the time does.
extension CallRules {
    /// A connection has opened: it may ring, be the device that was away, or be told what it missed.
    static func connected(_ calls: inout CallTable, _ context: DecisionContext) throws -> [Decision.Effect] {
        guard context.actor.mayCall else { return [] }
        let user = context.actor.user
        var effects: [CallEffect] = calls.ends.waiting[user] == nil ? [] : [.arrived]
        for call in calls.calls(of: user) { effects += try connected(to: call, &calls, context) }
        return effects.map(Decision.Effect.call)
    }

    /// What the acting connection is to one call of its user.
    private static func connected(
        to present: LiveCall,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> [CallEffect] {
        var call = present
        guard let side = call.record.side(of: context.actor.user.user) else { return [] }
        let acting = context.actor.connection
        var effects: [CallEffect] = []
        if call[side].absence != nil, call.record.device(on: side)?.isDevice(context.actor.session?.deviceID) == true {
            effects += back(side, in: &call, on: acting, now: context.now)
        } else if side == .callee, call.record.state == .ringing {
            effects += try ringing(call.record, on: acting, context)
            if !call.record.hasRung {
                call.record.hasRung = true
                call.record = try stored(call.record, context)
                let ringing = ServerEvent.callRinging(call.record.key.call)
                effects.append(.tell(call.record.caller, call.record.conversationKey, ringing))
            }
        }
        calls.put(call)
        return effects
    }

    /// A side goes on with this connection; it gets what was held for it, and both learn how the call stands.
    static func back(
        _ side: CallSide,
        in call: inout LiveCall,
        on connection: ConnectionID,
        now: ContinuousClock.Instant
    ) -> [CallEffect] {
        let wasAway = call[side].absence != nil
        let held = call.bind(side, to: connection, now: now)
        let (record, conversation) = (call.record, call.record.conversationKey)
        let user = record.user(on: side)
        var effects: [CallEffect] = [.tell(user, conversation, call.update, only: connection)]
        if wasAway, let other = call[side.other].connection {
            effects.append(.tell(record.user(on: side.other), conversation, call.update, only: other))
        }
        for signal in held { effects.append(.tell(user, conversation, .callSignal(signal), only: connection)) }
        return effects
    }

    /// A connection has gone that was in these calls: another one of its device goes on with them.
    ///
    /// Where there is none they are over at once with a goodbye, and without one they wait a while.
    static func disconnected(
        from bound: [LiveCall],
        isClean: Bool,
        next: ConnectionID?,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> [Decision.Effect] {
        var effects: [Decision.Effect] = []
        for var call in bound {
            guard let side = call.side(of: context.actor.connection) else { continue }
            if let next {
                effects += back(side, in: &call, on: next, now: context.now).map(Decision.Effect.call)
            } else if isClean,
                case .changed(let ended) = try call.record.ended(by: context.actor.user.user, at: context.time)
            {
                effects += try over(ended, &calls, context).unanswered
                continue
            } else {
                call.lose(side, at: context.time, now: context.now, context.settings.calls)
                effects.append(.call(.lost(call.record.key, side)))
            }
            calls.put(call)
        }
        return effects
    }

    /// The time of a call has come, or seemed to.
    static func due(_ key: CallKey, _ calls: inout CallTable, _ context: DecisionContext) throws -> Decision {
        guard let next = calls[key]?.overdue(now: context.now, time: context.time) else {
            return Decision(answer: context.success(.done))
        }
        return try over(next, &calls, context)
    }

    /// Renews the lease of every call, notes who knows of which end, and removes rows that nobody asks for any more.
    static func vouch(_ calls: CallTable, _ context: DecisionContext) throws -> Decision {
        try context.store.vouchForCalls(at: context.time)
        for (key, users) in calls.ends.told { try context.store.noteTold(users, of: key) }
        try context.store.forgetCalls(endedBefore: context.time - CallRecord.keptFor, limit: 250)
        return Decision(answer: context.success(.done), effects: [.call(.vouched(calls.ends.told))])
    }
}

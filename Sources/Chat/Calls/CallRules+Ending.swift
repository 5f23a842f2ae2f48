import CAASProtocol

/// Answering, rejecting and ending (R39, R43).
extension CallRules {
    static func answer(
        _ reference: CallReference,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        let (record, live) = try find(reference.callID, claimed: reference.conversationID, calls, context)
        guard let live else {
            try record.checkGoesOn(for: context.actor.user.user)
            throw SpecError(.unavailable, reason: "storage", retryAfter: 1_000)
        }
        return try answered(live, &calls, context)
    }

    /// The acting connection answers: from here on it is the callee's side.
    static func answered(
        _ call: LiveCall,
        isGlare: Bool = false,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        var call = call
        let acting = context.actor.connection
        let wasSilent = call.record.isSilent
        let step = try call.record.answered(
            by: context.actor.user.user,
            device: try device(context),
            isBound: call.callee.connection == acting,
            at: context.time
        )
        guard case .changed(let next) = step else { return repeated(call.record, context) }
        call.record = try stored(next, context)
        call.lastsUntil = context.now + context.settings.calls.maxDuration
        call.callee.connection = acting
        // A caller who is away has from now on the time of somebody who talks.
        call.caller.absence?.until = context.now + context.settings.calls.grace
        calls.put(call)
        var standing = call.record.standing
        standing.isGlare = isGlare
        standing.iceServers = context.settings.calls.turn.servers(for: context.actor.user, time: context.time)
        return Decision(
            answer: context.success(.call(standing)),
            effects: told(call, wasSilent: wasSilent, acting, device: try device(context)).map(Decision.Effect.call)
        )
    }

    private static func told(
        _ call: LiveCall,
        wasSilent: Bool,
        _ acting: ConnectionID,
        device: String
    ) -> [CallEffect] {
        let (record, conversation) = (call.record, call.record.conversationKey)
        let answered = ServerEvent.callAnswered(
            CallAnswered(callID: record.key.call, answeredBy: record.callee, deviceID: device)
        )
        let elsewhere = ServerEvent.callEnded(
            CallEnded(callID: record.key.call, duration: 0, reason: .answeredElsewhere, endedBy: record.callee)
        )
        var effects: [CallEffect] = [
            .answer,
            .tell(record.caller, conversation, answered),
            .tell(record.callee, conversation, answered, only: acting),
        ]
        // Other devices do not ring where it rang in silence.
        if !wasSilent { effects.append(.tell(record.callee, conversation, elsewhere, except: acting)) }
        if call.state == .reconnecting {
            effects.append(.tell(record.callee, conversation, call.update, only: acting))
        }
        return effects
    }

    static func reject(
        _ reference: CallReference,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        let (record, live) = try find(reference.callID, claimed: reference.conversationID, calls, context)
        let step = try record.rejected(
            by: context.actor.user.user,
            isBound: live?.callee.connection == context.actor.connection,
            at: context.time
        )
        guard case .changed(let next) = step else { return repeated(record, context) }
        return try over(next, &calls, context)
    }

    static func end(
        _ reference: CallReference,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        let (record, _) = try find(reference.callID, claimed: reference.conversationID, calls, context)
        let step = try record.ended(by: context.actor.user.user, at: context.time)
        guard case .changed(let next) = step else { return repeated(record, context) }
        return try over(next, &calls, context)
    }

    /// The service has ended a user, whose calls cannot go on: nothing waits for it to come back (R26, R39).
    ///
    /// Refused while it is unknown which these are. A call that is answered ends as one whose connection is lost, one that rings as cancelled or, without a callee, as failed.
    static func removed(
        _ user: UserKey,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> [Decision.Effect] {
        try checkLoaded(calls)
        // Whoever takes the name later was in no call of this user. What is in the store goes with the user's row.
        let forgotten = Decision.Effect.call(.forgotten(user))
        var effects: [Decision.Effect] = []
        for call in calls.calls(of: user) + calls.silentCalls(of: user) {
            guard let side = call.record.side(of: user.user) else { continue }
            var ended = call.cut(whileRinging: side == .caller ? .cancelled : .failed, at: context.time)
            switch side {
            case .caller: ended.callerTold = true
            case .callee: ended.calleeTold = true
            }
            effects += try over(ended, &calls, context).unanswered
        }
        return effects + [forgotten]
    }

    /// The service deletes a conversation, and the call of its two ends with it (R31, R39): one that rings has failed.
    ///
    /// While the conversation still is there, for the entry; refused while it is unknown whether there is a call.
    static func dissolving(
        _ conversation: ConversationKey,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> [Decision.Effect] {
        try checkLoaded(calls)
        return try calls.calls(in: conversation).flatMap {
            try over($0.cut(whileRinging: .failed, at: context.time), &calls, context).unanswered
        }
    }

    /// Stores an end, whatever brought it, with its entry in the history: both or neither.
    static func over(_ ended: CallRecord, _ calls: inout CallTable, _ context: DecisionContext) throws -> Decision {
        let record = try stored(ended, context)
        calls.remove(record.key)
        return Decision(
            answer: context.success(.call(record.standing)),
            effects: [.call(.answer), .call(.ended(record))] + (try entry(of: record, context))
        )
    }

    /// The one message of the call in its conversation (R49); none where that is gone.
    static func entry(of record: CallRecord, _ context: DecisionContext) throws -> [Decision.Effect] {
        guard let ending = record.ending, var conversation = try context.store.conversation(record.conversationKey)
        else {
            return []
        }
        let body = MessageBody.call(ending, type: record.type, caller: record.caller)
        let message = NewMessage(
            sender: record.caller,
            // No client can know it before, so that nobody's message takes its place.
            clientID: .random(),
            contentHash: MessageSend(conversationID: record.conversation, body: body).contentHash,
            body: body,
            clientTimestamp: nil,
            createdAt: context.time
        )
        guard case .stored(let seq, let offset) = try context.store.append(message, to: &conversation) else {
            throw StorageError.failed("frame id is taken")
        }
        let event = ServerEvent.messageNew(
            Message(
                id: MessageID(.init(handle: conversation.handle, seq: seq)),
                conversationID: record.conversation,
                seq: seq,
                offset: offset,
                senderID: record.caller,
                clientID: message.clientID,
                createdAt: context.time,
                body: body
            )
        )
        return try context.activation(of: conversation) + [.call(.publish(conversation.key, event))]
    }

    // MARK: Parts

    /// A call, with what only this process knows of it while it goes on.
    static func find(
        _ id: CallID,
        claimed: ConversationID?,
        _ calls: CallTable,
        _ context: DecisionContext
    ) throws -> (CallRecord, LiveCall?) {
        let key = CallKey(tenant: context.actor.user.tenant, call: id)
        let live = calls[key]
        guard let record = try live?.record ?? context.store.call(key),
            claimed == nil || claimed == record.conversation,
            !record.isSilent || record.callee != context.actor.user.user
        else { throw SpecError(.notFound, field: "data.callId", reason: "call") }
        return (record, live)
    }

    /// The row once it is stored: nobody else may have changed it.
    static func stored(_ record: CallRecord, _ context: DecisionContext) throws -> CallRecord {
        var next = record
        guard try context.store.change(&next) else { throw StorageError.failed("call was changed by somebody else") }
        return next
    }

    private static func repeated(_ record: CallRecord, _ context: DecisionContext) -> Decision {
        var standing = record.standing
        standing.isDuplicate = true
        return Decision(answer: context.success(.call(standing)))
    }
}

extension LiveCall {
    /// What a participant is told of the call's state.
    var update: ServerEvent { .callUpdate(CallUpdate(callID: record.key.call, state: state)) }

    /// The row with the end that the service makes: an answered call is over as if by a loss, at the first one if there was any.
    ///
    /// - Parameter time: Unix milliseconds.
    fileprivate func cut(whileRinging reason: CallEnded.Reason, at time: Int64) -> CallRecord {
        let losses = [caller.absence, callee.absence].compactMap { $0?.since }
        return record.ended(record.answeredAt == nil ? reason : .connectionLost, at: time, lostAt: losses.min())
    }
}

extension Decision {
    /// What follows where another request is answered.
    var unanswered: [Effect] {
        effects.filter { if case .call(.answer) = $0 { false } else { true } }
    }
}

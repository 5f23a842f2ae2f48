import CAASProtocol

/// What participants tell each other (R46), and how their media finds a way (R47).
extension CallRules {
    static func signal(
        _ signal: CallSignal,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        let (record, live) = try find(signal.callID, claimed: signal.conversationID, calls, context)
        let sender = context.actor.user.user
        try record.checkGoesOn(for: sender)
        guard var call = live, let side = record.side(of: sender) else {
            throw SpecError(.unavailable, reason: "storage", retryAfter: 1_000)
        }
        guard signal.to == nil || signal.to == record.user(on: side.other) else {
            throw SpecError(.forbidden, field: "data.to", reason: "not_participant")
        }
        guard record.state == .answered else { throw SpecError(.forbidden, reason: "not_answered") }
        let effects = try takePart(side, in: &call, context)
        let fingerprint = signal.fingerprint
        if let sent = call[side].sent.first(where: { $0.frame == context.frame }) {
            guard sent.fingerprint == fingerprint else {
                throw SpecError(.alreadyExists, field: "id", reason: "id_reused")
            }
            // Resent by a connection that is new: the other side has it, and this one takes its place all the same.
            calls.put(call)
            return Decision(
                answer: context.success(.changed(offset: nil, duplicate: true)),
                effects: effects.map(Decision.Effect.call),
                isRepeated: true
            )
        }
        let event = CallSignalled(callID: signal.callID, from: sender, kind: signal.kind, payload: signal.payload)
        let peer = try pass(event, to: side.other, of: &call, calls, now: context.now)
        let sent = LiveCall.SentSignal(frame: context.frame, fingerprint: fingerprint)
        call[side].sent = (call[side].sent + [sent]).suffix(LiveCall.sentLimit)
        calls.put(call)
        return Decision(answer: context.success(.done), effects: (effects + peer).map(Decision.Effect.call))
    }

    /// Only the connection in the call signals; another one of its device takes its place (R48).
    private static func takePart(
        _ side: CallSide,
        in call: inout LiveCall,
        _ context: DecisionContext
    ) throws -> [CallEffect] {
        let acting = context.actor.connection
        guard call[side].connection != acting else { return [] }
        guard context.actor.session?.deviceID.isDevice(call.record.device(on: side)) == true else {
            throw SpecError(.forbidden, reason: "other_device")
        }
        return back(side, in: &call, on: acting, now: context.now)
    }

    /// Hands a signal on, or holds it for somebody who is away.
    private static func pass(
        _ signal: CallSignalled,
        to side: CallSide,
        of call: inout LiveCall,
        _ calls: CallTable,
        now: ContinuousClock.Instant
    ) throws -> [CallEffect] {
        if let connection = call[side].connection {
            return [
                .tell(call.record.user(on: side), call.record.conversationKey, .callSignal(signal), only: connection)
            ]
        }
        let bytes = signal.payload.utf8.count
        call[side].held.removeAll { now - $0.since > LiveCall.heldFor }
        guard call[side].held.count < LiveCall.heldLimit, call[side].heldBytes + bytes <= LiveCall.heldBytesLimit,
            calls.hasRoom(for: bytes, of: call.record.key.tenant)
        else { throw SpecError(.unavailable, reason: "peer_away", retryAfter: 1_000) }
        call[side].held.append(LiveCall.HeldSignal(signal: signal, since: now))
        return []
    }

    /// Media packets take the scope `media`, or are those of one's own call (R52).
    static func checkMedia(
        in conversation: ConversationID,
        _ calls: CallTable,
        _ context: DecisionContext
    ) throws(SpecError) {
        guard !context.actor.scopes.allow(.binary) else { return }
        let isInCall = calls.calls(of: context.actor.user).contains {
            $0.record.state == .answered && $0.record.conversation == conversation
        }
        guard context.actor.mayCall, isInCall else { throw SpecError(.forbidden, reason: "scope") }
    }

    /// New credentials while the call goes on, for a device that is in it.
    static func ice(_ reference: CallReference, _ calls: CallTable, _ context: DecisionContext) throws -> Decision {
        let (record, _) = try find(reference.callID, claimed: reference.conversationID, calls, context)
        let user = context.actor.user.user
        try record.checkGoesOn(for: user)
        // While it rings all devices of the callee are in it.
        if let bound = record.side(of: user).flatMap(record.device), !bound.isDevice(context.actor.session?.deviceID) {
            throw SpecError(.forbidden, reason: "other_device")
        }
        let servers = context.settings.calls.turn.servers(for: context.actor.user, time: context.time)
        return Decision(answer: context.success(.iceServers(servers)))
    }
}

import CAASProtocol

/// Calls between a user and one that it has blocked (R41).
extension CallRules {
    /// The acting user blocks another one, who is not to notice: a call by which that one rings it rings on in silence, to be missed.
    ///
    /// Its own call to the other is cancelled, and one that is answered goes on.
    static func silence(
        _ other: UserID,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> [Decision.Effect] {
        let blocker = context.actor.user.user
        var effects: [Decision.Effect] = []
        for var call in calls.calls(of: context.actor.user) where call.record.state == .ringing {
            guard call.record.side(of: other) != nil else { continue }
            guard call.record.callee == blocker else {
                let cancelled = call.record.ended(.cancelled, by: blocker, at: context.time)
                effects += try over(cancelled, &calls, context).unanswered
                continue
            }
            call.record.isSilent = true
            call.record.calleeTold = true
            call.record = try stored(call.record, context)
            calls.put(call)
            let ended = CallEnded(callID: call.record.key.call, duration: 0, reason: .rejected, endedBy: blocker)
            effects.append(.call(.tell(blocker, call.record.conversationKey, .callEnded(ended))))
        }
        return effects
    }
}

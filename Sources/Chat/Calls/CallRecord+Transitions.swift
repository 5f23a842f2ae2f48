import CAASProtocol

/// The states of a call and what leads from one to the next (R39): pure, the time is passed in.
///
/// ```
///                  answer
///   ringing ───────────────► answered
///      │                        │
///      │ rejected, cancelled,   │ hangup, connection_lost,
///      │ missed, failed         │ server_error, max_duration
///      ▼                        ▼
///    ended ◄────────────────────┘        (busy: ended from the start)
/// ```
extension CallRecord {
    /// What an event of a client comes to.
    enum Step: Hashable {
        /// The row as it is from here on.
        case changed(CallRecord)
        /// There was nothing left to be done.
        case repeated
    }

    /// Only the callee answers, and the first device wins (R43).
    ///
    /// - Parameter isBound: whether the connection that acts is the one in the call.
    func answered(by user: UserID, device: String, isBound: Bool, at time: Int64) throws(SpecError) -> Step {
        try checkGoesOn(for: user)
        guard user == callee else { throw SpecError(.forbidden, reason: "not_callee") }
        guard answeredAt == nil else {
            guard isBound else { throw SpecError(.alreadyExists, reason: "answered_elsewhere") }
            return .repeated
        }
        var next = self
        next.answeredAt = time
        next.calleeDevice = device
        // Who calls back somebody whom it had blocked is told of the end (R41).
        if isSilent { (next.isSilent, next.hasRung, next.calleeTold) = (false, true, false) }
        return .changed(next)
    }

    /// Only the callee rejects, and for all of its devices (R43).
    func rejected(by user: UserID, isBound: Bool, at time: Int64) throws(SpecError) -> Step {
        if let end, end.reason == .rejected, end.by == user { return .repeated }
        try checkGoesOn(for: user)
        guard user == callee else { throw SpecError(.forbidden, reason: "not_callee") }
        guard answeredAt == nil else {
            throw SpecError(.alreadyExists, reason: isBound ? "answered" : "answered_elsewhere")
        }
        return .changed(ended(.rejected, by: user, at: time))
    }

    /// Either participant ends it, on any device; what that is called depends on how far the call has got.
    func ended(by user: UserID, at time: Int64) throws(SpecError) -> Step {
        try checkParticipant(user)
        guard end == nil else { return .repeated }
        let reason: CallEnded.Reason = answeredAt != nil ? .hangup : user == caller ? .cancelled : .rejected
        return .changed(ended(reason, by: user, at: time))
    }

    /// The end that an event of a client or the time brings.
    ///
    /// - Parameter lostAt: Where a loss led to it, when that was: the call lasted until then (R48).
    func ended(_ reason: CallEnded.Reason, by user: UserID? = nil, at time: Int64, lostAt: Int64? = nil) -> CallRecord {
        var next = self
        let duration = answeredAt.map { max(0, min(time, lostAt ?? time) - $0) } ?? 0
        next.end = End(reason: reason, by: user, at: time, duration: duration)
        return next
    }

    /// Whether somebody may still take part: a participant of a call that has not ended.
    func checkGoesOn(for user: UserID) throws(SpecError) {
        try checkParticipant(user)
        guard end == nil else {
            throw SpecError(.notFound, field: "data.callId", reason: "call_ended")
        }
    }

    private func checkParticipant(_ user: UserID) throws(SpecError) {
        guard side(of: user) != nil else { throw SpecError(.forbidden, reason: "not_participant") }
    }
}

extension CallRecord {
    /// What everybody is told of the end; nil before it.
    var ending: CallEnded? {
        end.map { CallEnded(callID: key.call, duration: $0.duration, reason: $0.reason, endedBy: $0.by) }
    }

    /// What an acknowledgement says of it.
    var standing: CallStanding {
        CallStanding(
            callID: key.call,
            conversationID: conversation,
            state: state,
            reason: end?.reason,
            duration: end?.duration
        )
    }
}

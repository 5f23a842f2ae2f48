/// What the passing of time asks for.
extension EngineIOMachine {
    /// Does what is due and says after which time to call again at the latest; nil once the session has ended.
    package mutating func tick(now: ContinuousClock.Instant) -> Duration? {
        if now >= due { beat(at: now) }
        if let candidate, now >= candidate.due { dropCandidate() }
        if let pollDue, now >= pollDue, !isReplyDue { answerPoll(FixedPacket.noop) }
        guard phase != .ended else { return nil }
        var next = due
        if let candidate { next = min(next, candidate.due) }
        if let pollDue { next = min(next, pollDue) }
        return max(.zero, now.duration(to: next))
    }

    private mutating func beat(at now: ContinuousClock.Instant) {
        switch phase {
        case .open where !isPinged:
            isPinged = true
            due = now + settings.pingTimeout
            send(.text(FixedPacket.ping))
        case .open where inbox.body != nil:
            // The client waits for the answer to its POST before it says anything more, and it is our caller who holds that back.
            due = now + settings.pingTimeout
        case .open: end(.heartbeatLost)
        case .closing: end(.server)
        case .ended: break
        }
    }
}

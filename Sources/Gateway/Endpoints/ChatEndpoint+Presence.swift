import CAASProtocol
import Chat

/// Whether the connection is in use, as far as it takes frames to say so (R35): the service hears of it where that changes.
extension ChatEndpoint {
    /// A frame came that its user may have made.
    func heard(_ session: Session) {
        heardAt = loop.now
        // A service that is overloaded hears of it by the next frame.
        if isIdle { isIdle = !tell(.presence(.idle(since: nil)), session) }
    }

    /// Tells the service once that nothing came for too long.
    func checkIdle(_ session: Session, now: ContinuousClock.Instant) {
        let silence = now - heardAt
        guard !isIdle, silence >= service.settings.awayAfter else { return }
        isIdle = tell(.presence(.idle(since: service.clock() - silence.milliseconds)), session)
    }

    private func tell(_ command: ChatRequest.Command, _ session: Session) -> Bool {
        service.chat.submit(ChatRequest(actor: session.actor, frame: .connection, command: command))
    }
}

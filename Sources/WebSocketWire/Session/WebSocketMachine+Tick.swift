package import NIOCore

/// What the passing of time asks for.
extension WebSocketMachine {
    package enum Tick: Hashable, Sendable {
        /// Nothing; call again after this time at the latest.
        case wait(Duration)
        /// Silence for ``WebSocketLimits/pingInterval``: write this ping.
        case sendPing(ByteBuffer)
        /// No byte came for ``WebSocketLimits/pongTimeout`` after a ping: the peer is gone.
        ///
        /// Said until the machine is closed with a code of the caller's choice.
        case heartbeatLost
        /// The peer let a frame or message drip in: write this close frame, read no more, tick again.
        case fail(CloseCode, reason: String, send: ByteBuffer)
        /// The time for an orderly end is over.
        case closeTransport
    }

    package mutating func tick(now instant: ContinuousClock.Instant) -> Tick {
        let now = moment(instant)
        guard phase == .open else {
            let deadline = closingStart + limits.closeTimeout
            return now < deadline ? .wait(deadline.wait(since: now)) : .closeTransport
        }
        if let violation = overdue(now) {
            let frame = closeFrame(for: violation)
            end(at: now)
            return .fail(violation.code, reason: violation.reason, send: frame)
        }
        let heartbeat = heartbeatDeadline
        guard now < heartbeat else {
            guard pingSent == .never else { return .heartbeatLost }
            pingSent = now
            lastOutbound = now
            return .sendPing(FrameWriter.frame(.ping, ByteBuffer(), role: role))
        }
        return .wait(min(heartbeat, nextLook(after: now)).wait(since: now))
    }

    /// How long no byte has come from the peer; to the millisecond, rounded up.
    package func silence(now instant: ContinuousClock.Instant) -> Duration {
        moment(instant).wait(since: lastInbound)
    }

    private func overdue(_ now: Moment) -> Violation? {
        if now >= frameStart + limits.frameDuration { return .policy("frame took too long") }
        if now >= messageStart + limits.messageDuration { return .policy("message took too long") }
        return nil
    }

    /// When silence must be broken by a ping, or a ping by any byte.
    private var heartbeatDeadline: Moment {
        guard let interval = limits.pingInterval else { return .never }
        return pingSent == .never ? min(lastInbound, lastOutbound) + interval : pingSent + limits.pongTimeout
    }

    /// When to see again whether a frame or message is late.
    ///
    /// A frame that begins right after this call is due one `frameDuration` later, so no wait may be longer than that.
    private func nextLook(after now: Moment) -> Moment {
        min(
            min(frameStart, now) + limits.frameDuration,
            min(messageStart, now) + limits.messageDuration
        )
    }
}

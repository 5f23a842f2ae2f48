/// The end from either side.
extension EngineIOMachine {
    /// Whether the session is over, whatever actions are still to be carried out.
    package var hasEnded: Bool { phase == .ended }

    /// Ends the session after what was sent before.
    ///
    /// Over polling the client learns of it by a GET, the one that is held or the next; when none comes within `timeout`,
    /// ``EngineIOSettings/closeTimeout`` unless said otherwise, ``tick(now:)`` ends it. A client that is about to give up
    /// polling, since its WebSocket was probed, looks there alone: until that WebSocket is due to take over it may still do so,
    /// and then gets what waits.
    ///
    /// - Parameter saysGoodbye: whether a client that polls gets a close packet. Stock clients in Python stay away after one, and
    ///   all come back when their session is unknown: so that they do, it is forgotten as soon as nothing waits for them.
    package mutating func close(
        now: ContinuousClock.Instant,
        within timeout: Duration? = nil,
        saysGoodbye: Bool = true
    ) {
        guard phase == .open else { return }
        guard carrier == .polling else { return end(.server) }
        phase = .closing
        self.saysGoodbye = saysGoodbye
        due = now + (timeout ?? settings.closeTimeout)
        if let candidate, candidate.isProbed {
            due = max(due, candidate.due)
        } else {
            dropCandidate()
        }
        endIfSilent()
    }

    /// Ends a session that is closing without a goodbye, and has nothing more to say nor anybody about to come over.
    mutating func endIfSilent() {
        if phase == .closing, !saysGoodbye, queue.isEmpty, candidate == nil { end(.server) }
    }

    /// A WebSocket ended which the machine did not close; with the carrier the session ends.
    package mutating func socketClosed(_ socket: Socket) {
        switch socket {
        case .candidate:
            candidate = nil
            endIfSilent()
        case .carrier: if carrier == .websocket { end(.transportClosed) }
        }
    }

    /// Answers every request that waits, closes the WebSockets, and says why.
    mutating func end(_ reason: CloseReason) {
        guard phase != .ended else { return }
        phase = .ended
        // The client that closes only wants its GET back; all others are told, unless they are to come back.
        if reason == .client {
            answerPoll(FixedPacket.noop)
        } else if saysGoodbye, reason != .heartbeatLost, reason != .transportClosed {
            answerPoll(FixedPacket.close)
        } else if pollDue != nil {
            pollDue = nil
            ready.append(.refusePoll(.fault(.sessionUnknown)))
        }
        if inbox.body != nil {
            // A client that closes by its POST, or whom we have closed, may think it taken.
            let isTaken = reason == .server || reason == .client && carrier == .polling
            ready.append(isTaken ? .answerPost : .refusePost(.fault(.badRequest)))
        }
        dropCandidate()
        if carrier == .websocket, reason != .transportClosed {
            ready.append(.closeSocket(.carrier, code: reason == .violation(.tooLarge) ? 1009 : nil))
        }
        ready.append(.closed(reason))
        isPosting = false
        queue = OutgoingQueue()
        inbox = Inbox()
    }
}

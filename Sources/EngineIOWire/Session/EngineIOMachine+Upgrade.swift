import NIOCore

/// From polling to a WebSocket.
///
/// Engine.IO v4, "Upgrade": `2probe`, `3probe`, the end of the GET, `5`. Until the last of them polling carries the session,
/// and whatever goes wrong on the WebSocket ends the WebSocket alone.
extension EngineIOMachine {
    /// A WebSocket with the session's id was accepted; false means to close it at once, with the session untouched.
    ///
    /// Its messages and its end are told as those of ``Socket/candidate`` until ``Action/promoted`` or
    /// ``Action/closeSocket(_:code:)``.
    ///
    /// - Parameter takesBinary: whether the client, by this query, takes binary WebSocket messages.
    package mutating func upgrade(takesBinary: Bool = true, now: ContinuousClock.Instant) -> Bool {
        guard phase == .open, carrier == .polling, candidate == nil, settings.allowsUpgrades else { return false }
        candidate = Candidate(due: now + settings.upgradeTimeout, takesBinary: takesBinary)
        return true
    }

    mutating func receivedFromCandidate(_ kind: Kind, _ payload: ByteBuffer, now: ContinuousClock.Instant) {
        guard let candidate else { return }
        let expected = candidate.isProbed ? FixedPacket.upgrade : FixedPacket.probe
        guard kind == .text, payload == expected else { return dropCandidate() }
        heard(at: now)
        if candidate.isProbed {
            promote(candidate)
        } else {
            self.candidate?.isProbed = true
            ready.append(.write(.candidate, .text, FixedPacket.probeAnswer))
        }
    }

    private mutating func promote(_ candidate: Candidate) {
        self.candidate = nil
        carrier = .websocket
        takesBinary = takesBinary && candidate.takesBinary
        ready.append(.promoted)
        // A client that did not wait for its GET gets nothing by it, or that would race with what follows here.
        answerPoll(FixedPacket.noop)
        while let message = queue.popFirst() { write(message) }
        if phase == .closing { end(.server) }
    }

    mutating func dropCandidate() {
        guard candidate != nil else { return }
        candidate = nil
        ready.append(.closeSocket(.candidate, code: nil))
        endIfSilent()
    }
}

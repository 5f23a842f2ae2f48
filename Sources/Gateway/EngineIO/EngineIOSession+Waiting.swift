import EngineIOWire
import NIOCore

/// What a session that polls has to say while no GET asks for it: kept here, where it can be dropped by class (R54).
///
/// The machine gets what one answer holds; what it has is on its way.
extension EngineIOSession {
    /// Bytes of an answer after which no more is put into it.
    static let answerBytes = 256 * 1024
    /// Bytes that may wait beyond ``queueLimit`` for a client that has just had an answer.
    ///
    /// As many as the kernel holds for a WebSocket that reads: a burst is no slow reader.
    static let burstBytes = 4 * 1024 * 1024
    /// How long after an answer its client counts as one that is about to ask again.
    static let askingAgain = Duration.seconds(10)

    /// Hands over a frame: whole WebSocket messages, which stay together.
    func send(_ frame: ByteBuffer, _ mark: FrameMark?) {
        guard isOpen else { return }
        guard waiting != nil || !(carrier != nil || held.poll != nil && hasRoom) else {
            return put(Self.messages(in: frame))
        }
        let now = ContinuousClock.now
        let queue = waiting ?? WaitingFrames()
        waiting = queue
        queue.append(frame, mark, now: now)
        if carrier != nil { passOn(all: true) } else if held.poll != nil { passOn() }
        cutIfTooMuch(now: now)
    }

    /// Gives the machine what the GET that is held can be answered with, or everything.
    func passOn(all: Bool = false) {
        guard let waiting else { return }
        while all || hasRoom, let frame = waiting.popFirst(now: .now) { put(Self.messages(in: frame)) }
        lookAtWaiting()
    }

    /// Whether the next answer takes more.
    private var hasRoom: Bool {
        machine.queuedPackets < service.settings.machine.packetsPerReply && machine.queuedBytes < Self.answerBytes
    }

    /// Counts what was dropped, and forgets the queue once nobody needs it.
    func lookAtWaiting() {
        guard let waiting else { return }
        if let dropped = waiting.takeDropped() { loop.congestion.note(dropped, loop.metrics) }
        if waiting.isIdle(now: .now) { self.waiting = nil }
    }

    /// Gives the WebSocket that carries the session from now on what waits, and what is known of it: a picture whose key frame
    /// was dropped is of no use on either.
    func handOver() {
        lookAtWaiting()
        guard isOpen, let carrier, let waiting else { return }
        // Bytes that it takes as text alone go by the machine, behind this queue for as long as there is one.
        guard takesBinary else { return passOn(all: true) }
        self.waiting = nil
        carrier.adopt(waiting)
    }

    // MARK: The end of a slow reader

    /// Ends a session of which more waits than may, or of which nothing was asked for too long; the machine's heartbeat knows
    /// neither, for a POST is a sign of life too.
    func cutIfSlow(now: ContinuousClock.Instant) {
        guard isOpen else { return }
        if carrier != nil || held.poll != nil || waitingBytes == 0 {
            unaskedSince = nil
        } else if let unaskedSince {
            if now - unaskedSince > service.stalledFor { return cutSlow() }
        } else {
            unaskedSince = now
        }
        cutIfTooMuch(now: now)
    }

    private func cutIfTooMuch(now: ContinuousClock.Instant) {
        guard let waiting, waiting.bytes > queueLimit else { return }
        let isAsking = held.poll != nil || now - lastAnswer < Self.askingAgain
        if !isAsking || waiting.bytes - queueLimit > Self.burstBytes { cutSlow() }
    }

    /// The client comes back and resumes.
    func cutSlow() {
        loop.metrics.cutSlowConsumer()
        close(.slowConsumer)
    }

    /// Nobody will ask for it.
    func forgetWaiting() {
        lookAtWaiting()
        waiting = nil
    }
}

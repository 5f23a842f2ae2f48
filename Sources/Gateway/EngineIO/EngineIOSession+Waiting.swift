import EngineIOWire
import NIOCore

/// What a session that polls has to say while no GET asks for it: kept here, where it can be dropped by class (R54).
///
/// The machine gets what the next answer holds; what it has is on its way.
extension EngineIOSession {
    /// Hands over a frame: whole WebSocket messages, which stay together.
    func send(_ frame: ByteBuffer, _ mark: FrameMark?) {
        guard isOpen else { return }
        guard carrier == nil, held.poll == nil || waiting != nil else { return send(Self.messages(in: frame)) }
        let queue = waiting ?? WaitingFrames()
        waiting = queue
        queue.append(frame, mark, now: .now)
        // A GET is held while something waits only where all that waits is for a key frame.
        if held.poll != nil { passOn() }
        guard waitingBytes > queueLimit else { return }
        loop.metrics.cutSlowConsumer()
        close(.slowConsumer)
    }

    /// Gives the machine what the GET that is held can be answered with, or everything.
    func passOn(all: Bool = false) {
        guard let waiting else { return }
        let limit = service.settings.machine.packetsPerReply
        while all || machine.queuedPackets < limit, let frame = waiting.popFirst(now: .now) {
            send(Self.messages(in: frame))
        }
        lookAtWaiting()
    }

    /// Counts what was dropped, and forgets the queue once nobody needs it.
    func lookAtWaiting() {
        guard let waiting else { return }
        if let dropped = waiting.takeDropped() { loop.congestion.note(dropped, loop.metrics) }
        if waiting.isIdle(now: .now) { self.waiting = nil }
    }
}

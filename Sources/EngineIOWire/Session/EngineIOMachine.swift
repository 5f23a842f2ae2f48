import NIOCore

/// One Engine.IO session, whatever carries it, as a machine: requests, messages and time in, actions out.
///
/// Engine.IO v4, the server's side. It does no input or output and reads no clock. After each input pull with
/// ``nextAction(takingMessages:)`` until nil, and call ``tick(now:)`` again after the time it names, and at once after
/// ``poll(now:)``, ``upgrade(takesBinary:now:)`` and ``close(now:)``, whose times may be nearer.
///
/// While idle it owns no memory but its own few hundred bytes.
package struct EngineIOMachine: Sendable {
    /// How far the session has come to its end.
    enum Phase {
        case open
        /// We closed it, and the client has to be told in the answer to a GET; messages are ignored.
        case closing
        case ended
    }

    /// A WebSocket that may become the carrier.
    struct Candidate {
        let due: ContinuousClock.Instant
        let takesBinary: Bool
        /// Whether it was probed, so that the client is about to give up polling.
        var isProbed = false
    }

    let settings: EngineIOSettings
    /// When the next ping, the sign of life after one, or the end of the closing is due.
    var due: ContinuousClock.Instant
    /// When the GET that is held is due to be answered; nil when none is held.
    var pollDue: ContinuousClock.Instant?
    var candidate: Candidate?
    var queue = OutgoingQueue()
    var ready = Backlog<Action>()
    var inbox = Inbox()
    package internal(set) var carrier: EngineIOTransport
    var takesBinary: Bool
    var phase = Phase.open
    /// Whether a client that polls is told of the end by a close packet.
    var saysGoodbye = true
    /// Whether a ping was sent that no sign of life has come after.
    var isPinged = false
    /// Whether a POST has begun that is not answered.
    var isPosting = false

    /// Begins a session; the first action answers the handshake.
    ///
    /// Over polling that is the answer to a GET, as all others of that session.
    ///
    /// - Parameter takesBinary: whether the client, by its query, takes binary WebSocket messages.
    package init(
        sid: EngineIOSessionID,
        carrier: EngineIOTransport,
        takesBinary: Bool = true,
        settings: EngineIOSettings = .init(),
        now: ContinuousClock.Instant
    ) {
        self.settings = settings
        self.carrier = carrier
        self.takesBinary = takesBinary
        due = now + settings.pingInterval
        let open = OpenPacket.text(sid: sid, carrier: carrier, settings: settings)
        ready.append(carrier == .polling ? .answerPoll(open) : .write(.carrier, .text, open))
    }

    /// Any packet is a sign of life, and the next ping comes an interval after it.
    mutating func heard(at now: ContinuousClock.Instant) {
        guard isPinged, phase == .open else { return }
        isPinged = false
        due = now + settings.pingInterval
    }
}

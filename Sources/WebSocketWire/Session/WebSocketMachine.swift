package import NIOCore

/// One end of a WebSocket connection as a machine: bytes and time in, actions out.
///
/// RFC 6455 §5–§8 for both roles. It does no input or output and reads no clock. Feed it with ``receive(_:now:)``, pull with
/// ``nextAction()`` until nil, and call ``tick(now:)`` again after the time it names, and at once after
/// ``close(_:reason:now:)``, ``Action/closed(_:reason:)`` and ``Action/fail(_:reason:send:)``.
///
/// While idle it owns no memory but its own two hundred bytes.
package struct WebSocketMachine: Sendable {
    /// How far the connection has come to its end.
    enum Phase {
        case open
        /// Our close frame is sent, the peer's is awaited; messages are ignored.
        case closing
        /// The peer's close frame was answered and is still to be reported; its payload is the input.
        case answered
        /// Nothing is read any more.
        case ended
    }

    // The order of these leaves no gaps between them.

    /// What the peer may cost; may be changed while the machine runs, and holds from the next frame on.
    package var sharedLimits: SharedLimits

    private let start: ContinuousClock.Instant
    var lastInbound = Moment(.zero)
    var lastOutbound = Moment(.zero)
    /// When the ping was sent that nothing has been heard after; never when there is none.
    var pingSent = Moment.never
    /// When the first byte came of a frame that is not complete.
    var frameStart = Moment.never
    /// When the first byte came of a message that is not complete.
    var messageStart = Moment.never
    var closingStart = Moment.never

    /// Received and not used up: whole frames, or a header or control frame that is not complete.
    var input = ByteBuffer()
    /// What reads compressed messages, shared with other machines; nil, and such messages refused, where
    /// permessage-deflate was not agreed upon.
    package var inflater: Inflater?
    /// Bytes to come of the data frame whose payload is being read.
    var frameBytesLeft = 0
    var unmasker = Unmasker()
    let role: Role
    var phase = Phase.open
    var controlFrames = ControlFrameRate()
    /// Whether a data frame is being read that did not lie whole in one read.
    var frameIsOpen = false
    var frameIsFinal = false
    var message = IncomingMessage()

    package init(role: Role, limits: SharedLimits, now: ContinuousClock.Instant) {
        self.role = role
        sharedLimits = limits
        start = now
    }

    /// With limits of its own.
    package init(role: Role, limits: WebSocketLimits = .init(), now: ContinuousClock.Instant) {
        self.init(role: role, limits: SharedLimits(limits), now: now)
    }

    package var limits: WebSocketLimits {
        get { sharedLimits.limits }
        set { sharedLimits = SharedLimits(newValue) }
    }

    func moment(_ now: ContinuousClock.Instant) -> Moment { Moment(start.duration(to: now)) }
}

extension WebSocketMachine {
    /// Takes bytes as they came.
    ///
    /// Messages that lie whole in `bytes` become slices of it, unmasked in place (which copies it once if others hold
    /// it too: hand it over with `consume` where possible). Call it when ``nextAction()`` has returned nil; before, the bytes
    /// are copied behind those that wait, and nothing but the caller bounds how many do.
    package mutating func receive(_ bytes: consuming ByteBuffer, now: ContinuousClock.Instant) {
        let added = bytes.readableBytes
        guard added > 0, phase == .open || phase == .closing else { return }
        lastInbound = moment(now)
        pingSent = .never
        if input.readableBytes == 0 {
            // A slice, so that a copy, if it comes to one, is as large as the bytes and not as the read buffer.
            input = bytes.slice()
            _ = consume bytes
        } else {
            // What is used up goes before more comes, or a caller who never quite drains us makes the buffer grow for ever.
            if input.readerIndex > input.readableBytes { input.discardReadBytes() }
            input.writeImmutableBuffer(bytes)
        }
        if role == .server { unmasker.unmask(last: added, of: &input) }
    }

    /// Tells that bytes were written to the transport, for the outbound half of R67.
    package mutating func sent(now: ContinuousClock.Instant) {
        lastOutbound = moment(now)
    }
}

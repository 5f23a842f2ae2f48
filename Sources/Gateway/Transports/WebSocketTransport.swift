import NIOCore
import WebSocketWire

/// One WebSocket connection: carries out what the machine of RFC 6455 says, and holds the bounded outbox.
///
/// Confined to its channel's event loop.
final class WebSocketTransport: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes that a peer may send after our close frame; they are read to reach its own.
    private static let longestFarewell = 1024 * 1024

    private var machine: WebSocketMachine
    /// Set once, before the handler is added; given up when the connection is gone.
    var endpoint: (any WebSocketEndpoint)?
    let loop: LoopReaders
    private let rules: SocketRules
    private(set) var context: ChannelHandlerContext?
    let outbox: Outbox
    /// The last run of the fan-out that treated this connection specially.
    var runNumber: UInt64 = 0
    private var bytesSinceClose = 0

    // What is small stands together: there is one of this for each connection.

    /// Nothing is handled before ``start()``.
    private var isPaused = true
    private var isTurnScheduled = false
    /// Whether the socket is read.
    private var isReading = true
    /// The close frame was enqueued: nothing may follow it.
    private var isClosing = false
    /// Nothing more is read or written.
    private var isEnding = false
    private var hasUnflushed = false
    /// Something has left since the machine was told so, which it is with the next tick: half a second is nothing to a heartbeat.
    private var hasSent = false
    /// The code of the close frame that ended the connection, ours or the peer's; nil where there was none.
    private(set) var closeCode: UInt16?
    /// Whether the peer's close frame came first.
    private(set) var hasSaidGoodbye = false

    /// The window that texts to this peer are deflated with, as a power of two; 0 where it takes none.
    let windowBits: UInt8

    init(loop: LoopReaders, rules: SocketRules, deflate: DeflateAgreement? = nil) {
        machine = WebSocketMachine(role: .server, limits: rules.stranger, now: .now)
        if deflate != nil { machine.inflater = loop.compression.inflater }
        windowBits = UInt8(clamping: deflate?.serverWindowBits ?? 0)
        self.loop = loop
        outbox = Outbox(writesDirectly: rules.writesDirectly)
        self.rules = rules
    }

    /// Whether its channel should read; it says so itself when that changes.
    var isReadingWanted: Bool { isReading }

    /// Whether more may be enqueued.
    var isOpen: Bool { !isClosing && !isEnding }

    /// Bytes that wait because the peer does not take them.
    var queuedBytes: Int { outbox.waitingBytes }

    /// What the peer may cost; changed when it has authenticated.
    var limits: SharedLimits {
        get { machine.sharedLimits }
        set { machine.sharedLimits = newValue }
    }

    /// The peer is somebody: from here on it may cost what a user may.
    func authenticated() { machine.sharedLimits = rules.user }

    /// How long nothing has come from the peer.
    func silence(now: ContinuousClock.Instant) -> Duration { machine.silence(now: now) }

    /// Begins, once nothing of HTTP stands between this handler and the socket.
    ///
    /// - Parameter early: What has come before.
    func start(with early: ByteBuffer = ByteBuffer()) {
        isPaused = false
        if early.readableBytes > 0 { machine.receive(early, now: .now) }
        endpoint?.opened()
        takeTurn()
    }

    // MARK: Receiving

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        outbox.attach(context)
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        outbox.detach()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if isClosing || isEnding {
            bytesSinceClose += bytes.readableBytes
            // Nobody who means well has so much on the way.
            guard bytesSinceClose <= Self.longestFarewell else { return context.close(promise: nil) }
        }
        // A connection that is ending keeps nothing of what still comes.
        guard !isEnding else { return }
        machine.receive(bytes, now: .now)
        // What waits for its turn is not handled sooner because more has come.
        if !isTurnScheduled { takeTurn() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isEnding = true
        outbox.detach()
        endpoint?.closed()
        endpoint = nil
        loop.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Handles no more messages until ``resume()``; the socket is not read either, so nothing piles up here.
    func pause() {
        isPaused = true
        updateReading()
    }

    /// Goes on where ``pause()`` stopped.
    func resume() {
        guard isPaused else { return }
        isPaused = false
        scheduleTurn()
    }

    /// Reads while what was read is handled at once; else a flood of small frames would pile up here.
    private func updateReading() {
        let isOn = isEnding || isClosing || (!isPaused && !isTurnScheduled)
        guard isOn != isReading, let channel = context?.channel, channel.isActive else { return }
        isReading = isOn
        channel.setOption(.autoRead, value: isOn).whenFailure { _ in
            // The channel closed meanwhile, and `channelInactive` says so.
        }
    }

    /// Goes on with what was read: in the queue of those who have had a turn, or as soon as the loop has done what is due.
    private func scheduleTurn(inQueue: Bool = false) {
        guard !isTurnScheduled else { return }
        isTurnScheduled = true
        updateReading()
        let turn = {
            self.isTurnScheduled = false
            self.takeTurn()
            self.updateReading()
        }
        inQueue ? loop.turns.add(turn) : loop.eventLoop.assumeIsolated().execute(turn)
    }

    private func takeTurn() {
        var budget = TurnBudget(now: .now)
        while !isPaused, !isEnding {
            guard budget.allowsMore(now: .now) else { return scheduleTurn(inQueue: true) }
            guard let action = machine.nextAction() else { return }
            switch action {
            case .message(let kind, let payload):
                budget.handled(bytes: payload.readableBytes)
                endpoint?.received(kind, payload)
            case .discarded(let kind, let size, let opening):
                budget.handled(bytes: size)
                endpoint?.discarded(kind, size: size, opening: opening)
            // A peer that floods pings and reads no pongs fills its outbox, and is cut like every slow reader.
            case .send(let frame): enqueue(frame)
            case .pong: break
            case .closed(let code, _):
                // RFC 6455 §7.1.5: 1005 is a close frame without a code.
                note(closeCode: code?.rawValue ?? 1005)
                hasSaidGoodbye = !isClosing
                end()
            case .fail(let code, _, let frame):
                note(closeCode: code.rawValue)
                enqueue(frame)
                end()
            }
        }
    }

    // MARK: Time

    func tick(now: ContinuousClock.Instant) {
        endpoint?.tick(now: now)
        guard !isEnding else { return }
        if outbox.stalledTime(now: now) > rules.stalledFor { return slowConsumer() }
        if outbox.waiting != nil { lookAtWaiting() }
        if hasSent { machine.sent(now: now) }
        hasSent = false
        switch machine.tick(now: now) {
        case .wait: break
        case .sendPing(let frame): enqueue(frame)
        case .heartbeatLost: close(.heartbeatTimeout)
        case .fail(let code, _, let frame):
            note(closeCode: code.rawValue)
            enqueue(frame)
            end()
        case .closeTransport: context?.close(promise: nil)
        }
    }

    // MARK: Sending

    /// Hands over finished bytes; they leave at the end of this turn of the loop.
    ///
    /// - Parameter mark: What may become of them while they wait (R54); they are one frame then.
    func enqueue(_ bytes: ByteBuffer, _ mark: FrameMark? = nil) {
        guard !isClosing, !isEnding else { return }
        outbox.add(bytes, mark)
        guard outbox.waitingBytes <= rules.queuedBytes else { return slowConsumer() }
        guard !hasUnflushed else { return }
        hasUnflushed = true
        loop.needsFlush(self)
    }

    /// Hands over finished bytes and lets them leave at once, with what waited before.
    ///
    /// For the only frames of a turn: the reader gets them while the next one is written to.
    func enqueueAndFlush(_ bytes: ByteBuffer, _ mark: FrameMark? = nil) {
        guard !isClosing, !isEnding else { return }
        hasUnflushed = false
        hasSent = true
        outbox.send(bytes, mark)
        if outbox.waiting != nil { lookAtWaiting() }
    }

    func flush() {
        hasUnflushed = false
        hasSent = true
        outbox.flush()
        if outbox.waiting != nil { lookAtWaiting() }
    }

    /// The peer does not keep up, or has just caught up.
    private func lookAtWaiting() {
        if let dropped = outbox.takeDropped() { loop.congestion.note(dropped, loop.metrics) }
        if outbox.waitingBytes > rules.queuedBytes { slowConsumer() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        outbox.writabilityChanged(context)
        hasSent = true
        if outbox.waiting != nil { lookAtWaiting() }
    }

    // MARK: Ending

    /// Ends the connection with a close code, or without one; what was enqueued before still leaves.
    func close(code: UInt16?, reason: String = "") {
        guard !isClosing, !isEnding else { return }
        note(closeCode: code ?? 1005)
        enqueue(machine.close(code.map(CloseCode.init), reason: reason, now: .now))
        isClosing = true
        isPaused = false
        updateReading()
    }

    /// Nothing more is read or enqueued: what waits may still leave, for a moment.
    private func end() {
        guard !isEnding else { return }
        isEnding = true
        outbox.flush()
        closeSoon()
        // The peer gets its last bytes and our end of the stream; one that takes neither is closed all the same.
        if outbox.isEmpty { context?.close(mode: .output, promise: nil) }
    }

    /// The first one says why.
    private func note(closeCode code: UInt16) {
        if closeCode == nil { closeCode = code }
    }

    private func closeSoon() {
        guard let channel = context?.channel else { return }
        channel.eventLoop.scheduleTask(in: TimeAmount(machine.limits.closeTimeout)) { channel.close(promise: nil) }
    }

    /// The reader does not keep up: it comes back and resumes (R54).
    private func slowConsumer() {
        guard !isEnding else { return }
        isEnding = true
        // Its socket takes nothing, so the close frame goes behind what the channel holds, and waits for nobody.
        let reason = CloseReason.slowConsumer
        note(closeCode: reason.code)
        loop.metrics.cutSlowConsumer()
        outbox.finish(with: machine.close(CloseCode(rawValue: reason.code), reason: reason.text, now: .now))
        closeSoon()
    }
}

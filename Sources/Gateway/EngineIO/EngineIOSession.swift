import CAASProtocol
import EngineIOWire
import NIOCore
import WebSocketWire

/// One Engine.IO session, whatever carries it: requests of polling, a WebSocket, or one after the other (wire §5).
///
/// Confined to ``loop``. Carries out what the machine says; requests that come by connections of other loops are handed over by
/// ``EngineIOService``, and a WebSocket is always one of this loop (``SocketMove``).
final class EngineIOSession {
    let id: EngineIOSessionID
    let service: EngineIOService
    let loop: LoopReaders
    /// What the session counts for.
    let pass: ConnectionPass
    /// Bytes that may wait for the peer.
    let queueLimit: Int
    /// The browser's origin at the handshake, where a tenant has the last word (R55).
    let origin: String?
    var machine: EngineIOMachine
    /// Set once, before the session begins; given up when it is gone.
    var endpoint: (any EngineIOEndpoint)?

    /// The WebSocket that carries the session; nil while it is polling.
    var carrier: WebSocketTransport?
    /// A WebSocket that is being probed.
    var candidate: WebSocketTransport?
    /// What the connection of the carrier, or of the one that is being probed, counts for.
    var carrierPass: ConnectionPass?
    /// Whether the client takes binary WebSocket messages.
    var takesBinary: Bool
    var candidateTakesBinary = true
    var held = HeldRequests()
    /// What waits for the next GET beyond one answer (R54); nil while nothing does.
    var waiting: WaitingFrames?
    /// Since when something waits and nothing of it is asked for, to the next tick.
    var unaskedSince: ContinuousClock.Instant?
    /// When a GET was answered last.
    private(set) var lastAnswer = ContinuousClock.now

    /// What came is not handled before ``resume()``.
    private var isPaused = false
    private var isRunning = false
    private var isTurnScheduled = false
    private var isTickScheduled = false
    private(set) var isClosing = false
    /// The code of R12 that we ended the session with.
    private(set) var closeCode: UInt16?
    /// Why we ended the session, for the WebSockets that end with it.
    private var farewell: CloseReason?
    /// The client has sent a close packet.
    private var hasSentClose = false
    private var isEnded = false
    private var lastInbound = ContinuousClock.now
    /// How long a node that ends waits for the next GET of a client, by the connection that it has: it gets no other.
    static let drainPatience = Duration.seconds(2)

    init(
        _ id: EngineIOSessionID,
        _ request: EngineIORequest,
        carrier: EngineIOTransport,
        service: EngineIOService,
        loop: LoopReaders,
        pass: ConnectionPass,
        origin: String?
    ) {
        self.id = id
        self.service = service
        self.loop = loop
        self.pass = pass
        self.origin = origin
        queueLimit = service.queuedBytes
        takesBinary = request.takesBinary
        machine = EngineIOMachine(
            sid: id,
            carrier: carrier,
            takesBinary: request.takesBinary,
            settings: service.settings.machine,
            now: .now
        )
    }

    /// Whether more may be sent.
    var isOpen: Bool { !isClosing && !isEnded }

    /// Whether the client ended the session, by a packet or by closing the WebSocket that carries it.
    var hasSaidGoodbye: Bool { hasSentClose || carrier?.hasSaidGoodbye ?? false }

    /// Bytes that wait for the peer to ask for them.
    var waitingBytes: Int { machine.queuedBytes + (waiting?.bytes ?? 0) }

    /// Whether the service has a say in its end.
    var isInService: Bool { endpoint?.isInService ?? false }

    private var isAuthenticated: Bool { endpoint?.isAuthenticated ?? false }

    func silence(now: ContinuousClock.Instant) -> Duration {
        max(.zero, min(now - lastInbound, carrier?.silence(now: now) ?? .seconds(Int64.max)))
    }

    // MARK: Sending

    /// The WebSocket that takes finished messages at once; nil while something has to go before them.
    var directCarrier: WebSocketTransport? { machine.isDirect && waiting == nil ? carrier : nil }

    /// The same as it is between two turns of the loop.
    var steadyCarrier: WebSocketTransport? { takesBinary ? carrier : nil }

    /// Hands over messages that stay together, of an endpoint that knows no marks.
    func send(_ messages: [EngineIOMachine.Outgoing]) {
        guard isOpen else { return }
        put(messages)
        if isOpen, machine.queuedBytes > queueLimit { cutSlow() }
    }

    /// Gives the machine messages that stay together.
    func put(_ messages: [EngineIOMachine.Outgoing]) {
        machine.send(messages)
        // A GET is answered with all that this turn of the loop brings.
        if carrier == nil { scheduleTurn() } else { run() }
    }

    /// Ends the session; what was sent before still leaves.
    func close(_ reason: CloseReason?) {
        guard isOpen else { return }
        reason == .slowConsumer ? forgetWaiting() : passOn(all: true)
        isClosing = true
        isPaused = false
        farewell = reason
        if let reason { closeCode = closeCode ?? reason.code }
        if let carrier {
            carryOut()
            dismiss(carrier)
        }
        machine.close(
            now: .now,
            within: reason == .drain ? Self.drainPatience : nil,
            // Who may come back is not told by a packet after which some stay away (R13).
            saysGoodbye: reason?.isFinal ?? true
        )
        run()
    }

    /// Closes a WebSocket that has no place in the session any more, told why where it is we who ended that.
    func dismiss(_ socket: WebSocketTransport) {
        farewell.map(socket.close) ?? socket.close(code: nil)
    }

    /// Ends the session and what carries it at once.
    func abort() {
        isClosing = true
        carrier?.abort()
        candidate?.abort()
        end()
    }

    /// Handles no more messages until ``resume()``; what carries them is not read either.
    func pause() {
        guard isOpen, !isPaused else { return }
        isPaused = true
        carrier?.pause()
    }

    /// Goes on where ``pause()`` stopped.
    func resume() {
        guard isPaused else { return }
        isPaused = false
        carrier?.resume()
        scheduleTurn()
    }

    func tick(now: ContinuousClock.Instant) {
        endpoint?.tick(now: now)
        guard !isEnded else { return }
        lookAtWaiting()
        cutIfSlow(now: now)
        let wait = machine.tick(now: now)
        run()
        guard !isEnded, let wait, wait < LoopReaders.tickInterval, !isTickScheduled else { return }
        isTickScheduled = true
        // The loop's own tick would come too late for it.
        loop.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) {
            self.isTickScheduled = false
            self.tick(now: .now)
        }
    }

    // MARK: Carrying out

    func touch() { lastInbound = .now }

    private func scheduleTurn(inQueue: Bool = false) {
        guard !isTurnScheduled else { return }
        isTurnScheduled = true
        let turn = {
            self.isTurnScheduled = false
            self.run()
        }
        inQueue ? loop.turns.add(turn) : loop.eventLoop.assumeIsolated().execute(turn)
    }

    /// Carries out what the machine has to say.
    func run() {
        // What an endpoint does while it gets a message is carried out behind that message.
        guard !isRunning, !isEnded else { return }
        isRunning = true
        defer { isRunning = false }
        var budget = TurnBudget(now: .now)
        while !isEnded, let action = machine.nextAction(takingMessages: !isPaused) {
            perform(action)
            guard action.isOfClient, !budget.allowsMore(now: .now) else { continue }
            scheduleTurn(inQueue: true)
            // What is to be sent does not wait, so that whoever writes to the carrier directly overtakes nothing.
            return carryOut()
        }
    }

    /// Carries out all but what the peer has said.
    private func carryOut() {
        while !isEnded, let action = machine.nextAction(takingMessages: false) { perform(action) }
    }

    private func perform(_ action: EngineIOMachine.Action) {
        switch action {
        case .message(let kind, let payload) where isOpen: endpoint?.received(MessageKind(kind), payload)
        case .oversized(let kind, let size, let opening) where isOpen:
            endpoint?.discarded(MessageKind(kind), size: size, opening: opening)
        case .message, .oversized: break
        case .answerPoll(let body):
            lastAnswer = .now
            held.answerPoll(.packets(body, isLast: machine.hasEnded), isAuthenticated: isAuthenticated)
        case .refusePoll(let refusal): held.answerPoll(.refused(refusal), isAuthenticated: isAuthenticated)
        case .answerPost: held.answerPost(.ok, isAuthenticated: isAuthenticated)
        case .refusePost(let refusal): held.answerPost(.refused(refusal), isAuthenticated: isAuthenticated)
        case .write(let place, let kind, let payload):
            socket(at: place)?.send(MessageKind(kind), payload)
        case .closeSocket(let place, let code?): socket(at: place)?.close(code: code)
        case .closeSocket(let place, nil): socket(at: place).map(dismiss)
        case .promoted:
            carrier = candidate
            candidate = nil
            takesBinary = takesBinary && candidateTakesBinary
            if isPaused { carrier?.pause() }
            limitsChanged()
            endpoint?.carrierChanged()
            // What the machine has goes before what waits.
            carryOut()
            handOver()
        case .closed(.heartbeatLost):
            closeCode = closeCode ?? CloseReason.heartbeatTimeout.code
            end()
        case .closed(.client):
            closeCode = closeCode ?? 1000
            hasSentClose = true
            end()
        case .closed: end()
        }
    }

    private func socket(at place: EngineIOMachine.Socket) -> WebSocketTransport? {
        switch place {
        case .carrier: carrier
        case .candidate: candidate
        }
    }

    private func end() {
        guard !isEnded else { return }
        isEnded = true
        waiting = nil
        closeCode = closeCode ?? carrier?.closeCode
        held.refuseAll()
        let endpoint = endpoint
        self.endpoint = nil
        endpoint?.closed()
        loop.remove(self)
        service.forget(id)
        if carrierPass !== pass { pass.leave() }
    }
}

import CAASProtocol
import Chat
import CoreMetrics
import Logging
import NIOCore
import WebSocketWire

/// One client of the chat service, whatever carries it: from authentication to the last answer.
///
/// Confined to its connection's event loop.
final class ChatEndpoint: WebSocketEndpoint {
    /// Where the connection stands between its handshake and its end.
    enum State {
        /// No token yet; how many other frames were refused, and until when one must have come (R55).
        case waiting(refusals: Int, deadline: ContinuousClock.Instant)
        /// A token is being checked; nothing is read meanwhile.
        case verifying
        /// The service is told that the user is here; the ack of `session:auth` waits for that.
        ///
        /// For a moment, so it is kept beside a connection and not in each of them.
        indirect case opening(Session, authFrame: FrameReference?)
        case open(Session)
        case ended
    }

    /// Frames that may wait for their answers before the connection is read no further.
    private static let outstandingLimit = 64
    /// All events of one connection (R61).
    static let eventRate = Rate(50, burst: 100)

    let id: ConnectionID
    let transport: any ChatTransport
    let loop: LoopReaders
    let service: ServiceContext
    /// The browser's origin (R55).
    let origin: String?
    /// The token and options that came with the handshake, until the connection begins (R55).
    private var handshake: ChatHandshake?
    /// What the connection counts for.
    let pass: ConnectionPass

    var state: State
    /// Where this connection stands among the readers of each conversation, by the fan-out's numbers.
    var places: [Int: Int] = [:]

    var outstanding = OutstandingRequests()
    /// Until when the service must have taken the connection.
    var openingDeadline = ContinuousClock.now
    /// Attempts to connect that were refused without ending the connection.
    var refusedConnects: Int32 = 0
    /// Another connection of the user was asked to make room (R59).
    var hasMadeRoom = false
    private var isDraining = false
    /// Reading waits for the bytes of files to be within their rate.
    private var isHeld = false
    /// Whether a frame came last too long ago (R35).
    var isIdle = false
    /// When a frame came last, as old as a turn of the loop or half a second.
    var heardAt: ContinuousClock.Instant
    private var protocolErrors = Offences(limit: 5)
    private var rateRefusals = Offences(limit: 100)
    var events: TokenBucket
    /// What is remembered of one that sends media: made for its first packet.
    lazy var media = MediaSending(now: .now)
    /// Where this connection is counted among the open ones.
    private var gauge: Meter?

    init(
        id: ConnectionID,
        transport: any ChatTransport,
        loop: LoopReaders,
        service: ServiceContext,
        handshake: ChatHandshake,
        pass: ConnectionPass
    ) {
        self.id = id
        self.transport = transport
        self.loop = loop
        self.service = service
        origin = handshake.origin
        self.handshake = handshake
        self.pass = pass
        state = .waiting(refusals: 0, deadline: .now + service.settings.authenticationTimeout)
        events = TokenBucket(Self.eventRate, now: .now)
        heardAt = loop.now
    }

    var session: Session? {
        switch state {
        case .opening(let session, _), .open(let session): session
        case .waiting, .verifying, .ended: nil
        }
    }

    // MARK: Life

    func opened() {
        loop.add(self, id.number)
        count(as: nil)
        guard let handshake else { return }
        self.handshake = nil
        guard isVersionKnown(handshake.options.version, frame: nil), let token = handshake.token else { return }
        authenticate(token, handshake.options, frame: nil)
    }

    func closed() { leave() }

    /// Is no reader and no connection of its user from here on.
    func leave() {
        if case .ended = state { return }
        let session = session
        if case .open = state {} else { loop.metrics.connected(transport.closeCode == nil ? .left : .refused) }
        let code = transport.closeCode ?? 1006
        loop.metrics.disconnected(code)
        loop.log.note(.connectionClosed, self, ["code": .stringConvertible(code)])
        if code == CloseReason.slowConsumer.code { loop.log.note(.slowConsumer, self) }
        gauge?.decrement()
        state = .ended
        loop.remove(id.number)
        guard let session else { return }
        let end: ChatRequest.Command = transport.hasSaidGoodbye ? .goodbye : .disconnect
        _ = service.chat.submit(ChatRequest(actor: session.actor, frame: .connection, command: end))
    }

    /// Counts this connection among those of a tenant, or among those without a session.
    func count(as tenant: TenantID?) {
        gauge?.decrement()
        gauge = loop.metrics.connections(transport.form, of: tenant)
        gauge?.increment()
    }

    func tick(now: ContinuousClock.Instant) {
        for frame in outstanding.expire(now: now) {
            answer(frame, .failure(SpecError(.unavailable, reason: "timeout", retryAfter: 1_000)))
        }
        switch state {
        case .waiting(_, let deadline) where now >= deadline:
            // Until the client has answered the close frame it is found late again.
            if transport.isOpen { noteRefusal("timeout") }
            endUnauthenticated(SpecError(.authRequired, reason: "timeout"), .authMissing)
        case .opening(_, let auth) where now >= openingDeadline:
            end(SpecError(.unavailable, reason: "timeout", retryAfter: 1_000), .overloaded, answering: auth)
        case .open(let session) where service.clock() >= session.expiresAt:
            end(SpecError(.tokenExpired), .tokenExpired)
        case .open(let session): checkIdle(session, now: now)
        default: break
        }
    }

    /// Says goodbye (R68); the connection ends when its frames are answered.
    ///
    /// A connection without a session ends without a word: `session:ready` would be the first event (R10).
    func drain() {
        let window = service.settings.reconnectWindow.milliseconds
        if case .open = state { send(.serverDrain(reconnectInMs: .random(in: 0...max(0, window)))) }
        isDraining = true
        transport.pause()
        endIfDrained()
    }

    /// Ends the connection, told why before its close code: by the answer that is due, or by an `error`.
    func end(_ error: SpecError, _ reason: CloseReason, answering frame: FrameReference? = nil) {
        if case .open = state {} else if refuseConnect(error, reason) { return }
        answer(frame, .failure(error))
        transport.close(reason)
    }

    /// Ends the connection because the service says so (R59).
    func end(_ ending: Delivery.Ending) {
        end(SpecError(.forbidden, reason: ending.rawValue), .forbidden)
    }

    /// Ends a connection that nobody has authenticated, told that there were too many of those if so (R61).
    func endUnauthenticated(
        _ error: SpecError,
        _ reason: CloseReason,
        answering frame: FrameReference? = nil
    ) {
        guard let overRate = pass.fail() else { return end(error, reason, answering: frame) }
        end(overRate, CloseReason(refusing: overRate), answering: frame)
        transport.cutSoon()
    }

    private func endIfDrained() {
        if isDraining, outstanding.count == 0 { transport.close(.drain) }
    }

    // MARK: Answers

    /// The service's answer to a frame, in its place among the events.
    func answered(_ frame: FrameID, _ acknowledgement: Acknowledgement) {
        if case .opening(_, let auth) = state, case .failure(let error) = acknowledgement {
            if error.reason == "connections", !hasMadeRoom { return makeRoom(orElse: error) }
            return end(error, CloseReason(refusing: error), answering: auth)
        }
        guard let (frame, deadline) = outstanding.answer(frame) else { return }
        answer(frame, acknowledgement)
        loop.metrics.acknowledged(after: max(.zero, loop.now - (deadline - ChatQueue.answerBudget)))
        isDraining ? endIfDrained() : updateReading()
    }

    /// Exactly one answer: an ack where one was asked for, else an `error` for a failure (R11).
    func answer(_ frame: FrameReference?, _ acknowledgement: Acknowledgement) {
        let acknowledgement = frame.map { acknowledgement.naming($0.sequence) } ?? acknowledgement
        switch (frame?.wish, acknowledgement) {
        case (.packet(let packet), _):
            transport.acknowledge(packet, acknowledgement)
            if transport.isOpen { loop.metrics.sent(.ack) }
        case (.frame, _) where frame?.id != nil: send(.ack(acknowledgement), replyTo: frame?.id)
        case (_, .failure(let error)): send(.error(error), replyTo: frame?.id)
        case (_, .success): break
        }
        if case .failure(let error) = acknowledgement { count(error) }
    }

    /// Counts what the client was told, and what it costs it.
    func count(_ error: SpecError) { count(error, isTold: transport.isOpen) }

    /// The same where telling it has ended the connection.
    func count(_ error: SpecError, isTold: Bool) {
        if isTold { loop.metrics.refused(error) }
        guard error.code == .rateLimited else { return }
        loop.log.note(.rateLimited, self, ["bucket": "\(ErrorCounters.bucket(of: error))"])
        countRateRefusal()
    }

    /// Notes a frame beyond a rate; the hundredth within a minute ends the connection (R62).
    func countRateRefusal() {
        if rateRefusals.add(now: .now) { transport.close(.rateLimited) }
    }

    /// Answers a frame that could not be read (R6); it costs like one that could.
    func refuse(_ frame: FrameReference, _ error: SpecError, isProtocolError: Bool) {
        if let overRate = takeEvent() { return answer(frame, .failure(overRate)) }
        answer(frame, .failure(error))
        if isProtocolError, protocolErrors.add(now: .now) { transport.close(.protocolErrors) }
    }

    /// Counts one event of this connection (R61); the refusal where there are too many.
    func takeEvent() -> SpecError? {
        guard service.settings.countsRates, let wait = events.take(Self.eventRate, now: .now) else { return nil }
        return .rateLimited(scope: "connection", bucket: "events", rate: Self.eventRate, retryAfter: wait)
    }

    /// Notes a frame before authentication; the third ends the connection (R55).
    func refuseUnauthenticated(_ frame: FrameReference, _ error: SpecError = SpecError(.authRequired)) {
        guard case .waiting(let refusals, let deadline) = state else { return }
        answer(frame, .failure(error))
        state = .waiting(refusals: refusals + 1, deadline: deadline)
        guard refusals + 1 == 3 else { return }
        noteRefusal("missing")
        transport.close(.authMissing)
    }

    func send(_ event: ServerEvent, replyTo: FrameID? = nil) {
        let forms: EncodedFrame.Forms = [EncodedFrame.Forms(transport.form), .deflated]
        transport.enqueue(loop.writer.encode(event, replyTo: replyTo, time: service.clock(), forms))
        if transport.isOpen { loop.metrics.sent(event.type) }
    }

    /// Reads nothing for a while.
    func holdReading(for wait: Duration) {
        guard !isHeld else { return }
        isHeld = true
        updateReading()
        loop.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) { [weak self] in
            guard let self else { return }
            isHeld = false
            if !isDraining { updateReading() }
        }
    }

    /// Reads on unless something has to be finished first.
    func updateReading() {
        let isBusy =
            switch state {
            case .verifying, .opening: true
            // While a question is answered beside the writer later frames wait: they are handled in order (R3).
            case .waiting, .open, .ended:
                isHeld || outstanding.reads > 0 || outstanding.count >= Self.outstandingLimit
                    || outstanding.hasFullWindow
            }
        isBusy ? transport.pause() : transport.resume()
    }
}

extension FrameID {
    /// Stands for the connection itself in requests that no frame made.
    static let connection: FrameID = {
        guard let id = FrameID("connection") else { preconditionFailure("letters are an id") }
        return id
    }()
}

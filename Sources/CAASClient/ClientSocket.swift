import CAASProtocol
import NIOCore
import WebSocketWire

/// The client's end of one connection.
///
/// Confined to `channel.eventLoop`.
final class ClientSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a session begins with.
    struct Opened: Sendable {
        var session: ReceivedFrame
        var socket: NIOLoopBound<ClientSocket>
    }

    /// One for all connections of this process: each frame is compressed by itself.
    private static let deflater = Deflater()
    private static let inflater = Inflater()

    private enum Phase {
        case shakingHands(ClientHandshake)
        case open(WebSocketMachine)
        case ended
    }

    private let channel: any Channel
    private let limits: ClientLimits
    private var phase: Phase
    /// What was agreed upon about compression.
    private var deflate: DeflateAgreement?
    private var pending: PendingRequests
    private var ids = UUIDv7.Maker()
    /// Nil once the service has said `session:ready`, or something ended the connection before.
    private var ready: EventLoopPromise<Opened>?
    private let events: AsyncThrowingStream<ReceivedFrame, any Error>.Continuation
    /// Why the connection ends, as far as that is known.
    private var cause: CAASError?
    private var isClosing = false
    private var deadline: Scheduled<Void>?
    private var ticking: Scheduled<Void>?

    init(
        handshake: ClientHandshake,
        limits: ClientLimits,
        ready: EventLoopPromise<Opened>,
        events: AsyncThrowingStream<ReceivedFrame, any Error>.Continuation,
        on channel: any Channel
    ) {
        phase = .shakingHands(handshake)
        pending = PendingRequests(limits: limits)
        self.limits = limits
        self.ready = ready
        self.events = events
        self.channel = channel
    }

    // MARK: Channel

    func channelActive(context: ChannelHandlerContext) {
        guard case .shakingHands(let handshake) = phase else { return }
        write(handshake.request)
        deadline = after(limits.connectTimeout) { socket in
            socket.end(.unavailable("connect", "The service did not begin a session in time."))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .shakingHands(var handshake):
            let progress = handshake.receive(bytes)
            phase = .shakingHands(handshake)
            deflate = handshake.deflate
            take(progress)
        case .open: receive(bytes)
        case .ended: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(cause ?? .unavailable("closed", "The connection was lost."))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: Requests

    func send(
        _ type: String,
        conversation: ConversationID?,
        data: JSONFragment?,
        id: FrameID?,
        now: Int64,
        answer: EventLoopPromise<JSONFragment>
    ) {
        guard case .open = phase, !isClosing, let id = id ?? FrameID(ids.next(now: now).description) else {
            return answer.fail(cause ?? .unavailable("closed", "The connection is closed."))
        }
        let frame = OutgoingFrame(
            id: id,
            type: type,
            conversationID: conversation,
            data: data,
            wantsAck: true,
            timestamp: now
        )
        let timeout = after(limits.ackTimeout) { socket in socket.finish(id, .failure(.timeout)) }
        guard pending.add(PendingRequests.Request(frame: frame, answer: answer, timeout: timeout)) else {
            timeout.cancel()
            return answer.fail(CAASError.unavailable("too_many", "Too many requests wait, or one with this id."))
        }
        sendWaiting()
    }

    /// Begins the closing handshake; the channel's end is the end of it.
    func close() {
        guard case .open(var machine) = phase, !isClosing else { return channel.close(promise: nil) }
        isClosing = true
        write(machine.close(.normal, reason: "", now: .now))
        phase = .open(machine)
        tick()
    }

    private func sendWaiting() {
        guard case .open(var machine) = phase, !isClosing else { return }
        while let frame = pending.next() {
            var bytes: [UInt8] = []
            frame.encode(into: &bytes)
            write(
                machine.encode(
                    .text,
                    ByteBuffer(bytes: bytes),
                    by: Self.deflater,
                    windowBits: deflate?.clientWindowBits ?? 0
                )
            )
        }
        machine.sent(now: .now)
        phase = .open(machine)
    }

    private func finish(_ id: FrameID, _ result: Result<JSONFragment, CAASError>) {
        pending.finish(id, result)
        sendWaiting()
    }

    // MARK: Frames of the service

    private func take(_ progress: ClientHandshake.Progress) {
        switch progress {
        case .needMore: break
        case .refused(let status, let reason):
            end(.unavailable("handshake", "The server refused the WebSocket: \(status) \(reason)."))
        case .upgraded(_, let leftOver):
            var wire = WebSocketLimits()
            wire.textBytes = limits.frameBytes
            wire.pingInterval = limits.heartbeat
            wire.messageBytes = max(limits.frameBytes, wire.messageBytes)
            var machine = WebSocketMachine(role: .client, limits: wire, now: .now)
            if deflate != nil { machine.inflater = Self.inflater }
            phase = .open(machine)
            tick()
            receive(leftOver)
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        guard case .open(var machine) = phase else { return }
        machine.receive(bytes, now: .now)
        phase = .open(machine)
        while case .open(var machine) = phase, let action = machine.nextAction() {
            phase = .open(machine)
            perform(action)
        }
    }

    private func perform(_ action: WebSocketMachine.Action) {
        switch action {
        case .message(.text, let text): read(text)
        // Media packets are nothing this client knows yet.
        case .message(.binary, _), .discarded(.binary, _, _), .pong: break
        case .discarded(.text, _, _): end(.unavailable("too_large", "The server sent a frame above the limit."))
        case .send(let frame): write(frame)
        case .closed(let code, let reason):
            let words = code.map { "code \($0.rawValue) \(reason)" } ?? "no code"
            end(cause ?? .unavailable("closed", "The server closed the connection: \(words)."))
        case .fail(_, let reason, let frame):
            write(frame)
            end(.unavailable("unreadable", "The server broke the protocol: \(reason)."))
        }
    }

    private func read(_ text: ByteBuffer) {
        let frame: ReceivedFrame
        do throws(FrameRefusal) {
            frame = try ReceivedFrame.scan(Array(text.readableBytesView).span.bytes)
        } catch {
            return end(.unreadable)
        }
        if let id = frame.replyTo, frame.type == "ack" {
            finish(id, frame.acknowledgement)
        } else if let ready {
            switch frame.type {
            case "session:ready":
                self.ready = nil
                deadline?.cancel()
                ready.succeed(Opened(session: frame, socket: NIOLoopBound(self, eventLoop: channel.eventLoop)))
            // The close that follows says less than the error does.
            case "error": cause = frame.error
            default: break
            }
        } else if case .dropped = events.yield(frame) {
            events.finish(throwing: CAASError.slowConsumer)
        }
    }

    // MARK: Ends

    /// Ends everything that waits, for one cause, and the channel.
    private func end(_ error: CAASError) {
        if case .ended = phase { return }
        phase = .ended
        cause = error
        deadline?.cancel()
        ticking?.cancel()
        ready?.fail(error)
        ready = nil
        pending.fail(error)
        if isClosing { events.finish() } else { events.finish(throwing: error) }
        channel.close(promise: nil)
    }

    private func tick() {
        guard case .open(var machine) = phase else { return }
        let tick = machine.tick(now: .now)
        phase = .open(machine)
        switch tick {
        case .wait(let duration):
            ticking?.cancel()
            ticking = after(duration) { socket in socket.tick() }
        case .sendPing(let frame):
            write(frame)
            self.tick()
        case .heartbeatLost: end(.unavailable("closed", "The server does not answer any more."))
        case .fail(_, let reason, let frame):
            write(frame)
            end(.unavailable("unreadable", "The server broke the protocol: \(reason)."))
        case .closeTransport: end(.unavailable("closed", "The connection is closed."))
        }
    }

    private func write(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        channel.writeAndFlush(bytes, promise: nil)
    }

    private func after(_ duration: Duration, _ action: @escaping (ClientSocket) -> Void) -> Scheduled<Void> {
        channel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { [weak self] in
            if let self { action(self) }
        }
    }
}

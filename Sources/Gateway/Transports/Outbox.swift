import NIOCore

/// What is on its way to one reader, in order and bounded.
///
/// The frames of a turn go straight to the socket while it takes everything; what it does not take goes through the channel,
/// and what the channel does not take waits here. Confined to the connection's event loop.
final class Outbox {
    /// Bytes of one turn that are not held back for its end.
    private static let burst = 128 * 1024
    /// Bytes that the system may hold and not send, of a connection that is sent media: beyond them what comes waits here, where
    /// it can be dropped (R54).
    private static let unsentBytes = 32 * 1024

    private var context: ChannelHandlerContext?

    /// The first frame of this turn, which is nearly always the only one.
    private var first: ByteBuffer?
    /// Those behind it.
    private var later: ContiguousArray<ByteBuffer> = []
    /// Their marks, where one of them has any (R54).
    private var marks: ContiguousArray<FrameMark?> = []
    private var turnBytes = 0
    /// What waits because neither takes more, or is not to be sent; nil for a healthy reader.
    private(set) var waiting: WaitingFrames?
    /// Since when the peer was not seen to take anything, while something waits.
    private var stalledSince: ContinuousClock.Instant?
    /// Bytes that were to leave since the beginning.
    private var handed = 0
    /// Those of them that the peer was seen to have taken.
    private var taken = 0
    /// Writes that the channel has taken and not finished: until then nothing may go past it.
    private var channelWrites: Int32 = 0
    private var socket: DirectSocket?
    private let writesDirectly: Bool
    /// Whether the system was told of ``unsentBytes``.
    private var isUnsentLimited = false
    /// Whether the channel takes more; it says when that changes.
    private var isWritable = true

    init(writesDirectly: Bool) {
        self.writesDirectly = writesDirectly
    }

    func attach(_ context: ChannelHandlerContext) {
        self.context = context
        socket = DirectSocket(context)
    }

    /// The channel is closed: its descriptor is not ours any more.
    func detach() {
        context = nil
        socket = nil
        drop()
    }

    /// Whether everything has left, or is the channel's.
    var isEmpty: Bool { first == nil && waitingBytes == 0 }

    /// Bytes that wait.
    var waitingBytes: Int { waiting?.bytes ?? 0 }

    /// Takes finished bytes for the end of this turn: one frame, or several without a mark.
    func add(_ bytes: ByteBuffer, _ mark: FrameMark? = nil) {
        guard bytes.readableBytes > 0 else { return }
        keep(bytes, mark)
        // A burst is no slow reader: the socket says which of the two it is.
        if turnBytes > Self.burst { flush() }
    }

    /// Takes finished bytes and lets them leave, behind what this turn has brought before.
    ///
    /// Most often there is nothing before them and the socket takes all of them: then nothing is noted but how many.
    func send(_ bytes: ByteBuffer, _ mark: FrameMark? = nil) {
        guard bytes.readableBytes > 0, first == nil, waiting == nil, channelWrites == 0, writesDirectly, let socket,
            let context
        else {
            add(bytes, mark)
            return flush()
        }
        if !isUnsentLimited, let mark { expect(mark) }
        let sent = socket.send(bytes)
        guard sent < bytes.readableBytes else {
            handed += sent
            return
        }
        keep(bytes, mark)
        leave(bytes, sent, context)
    }

    /// Lets the frames of this turn leave.
    func flush() {
        guard let context, var bytes = first else { return }
        guard waiting == nil else { return flushBehind(0, context) }
        for frame in later { bytes.writeImmutableBuffer(frame) }
        var sent = 0
        if writesDirectly, channelWrites == 0, let socket { sent = socket.send(bytes) }
        leave(bytes, sent, context)
    }

    private func keep(_ bytes: ByteBuffer, _ mark: FrameMark?) {
        if mark != nil || !marks.isEmpty {
            while marks.count < turnCount { marks.append(nil) }
            marks.append(mark)
            if !isUnsentLimited, let mark { expect(mark) }
        }
        if first == nil { first = bytes } else { later.append(bytes) }
        turnBytes += bytes.readableBytes
    }

    /// Prepares for the first media, of which nothing is to be late that could have been dropped.
    ///
    /// Others keep what the system offers: there a burst of messages is no slow reader.
    private func expect(_ mark: FrameMark) {
        guard mark.isMedia else { return }
        isUnsentLimited = true
        socket?.limitUnsent(to: Self.unsentBytes)
    }

    /// Frames of this turn.
    private var turnCount: Int { first == nil ? 0 : 1 + later.count }

    /// Ends the turn of whose bytes the socket has taken so many.
    private func leave(_ bytes: ByteBuffer, _ sent: Int, _ context: ChannelHandlerContext) {
        handed += bytes.readableBytes
        if sent < bytes.readableBytes {
            guard marks.isEmpty, isWritable else { return flushBehind(sent, context) }
            var rest = bytes
            rest.moveReaderIndex(forwardBy: sent)
            write(rest, context)
            context.flush()
        }
        endTurn()
    }

    /// Hands over the frames of this turn where something waits already, or the socket has taken only so many bytes of them.
    private func flushBehind(_ sent: Int, _ context: ChannelHandlerContext) {
        let now = ContinuousClock.now
        let queue = waiting ?? WaitingFrames()
        if waiting == nil { waiting = queue } else { handed += turnBytes }
        var skipped = sent
        for place in 0..<turnCount {
            guard let frame = place == 0 ? first : later[place - 1] else { continue }
            guard skipped < frame.readableBytes else {
                skipped -= frame.readableBytes
                continue
            }
            var rest = frame
            rest.moveReaderIndex(forwardBy: skipped)
            // What the peer has the beginning of is not taken apart.
            queue.append(rest, skipped > 0 || marks.isEmpty ? nil : marks[place], now: now)
            skipped = 0
        }
        endTurn()
        passOn(now, context)
    }

    private func endTurn() {
        first = nil
        if !later.isEmpty { later = [] }
        if !marks.isEmpty { marks = [] }
        turnBytes = 0
    }

    /// Lets as much of what waits leave as is taken.
    private func passOn(_ now: ContinuousClock.Instant, _ context: ChannelHandlerContext) {
        guard let waiting else { return }
        while takesMore, var bytes = waiting.popFirst(now: now) {
            if writesDirectly, channelWrites == 0, let socket {
                bytes.moveReaderIndex(forwardBy: socket.send(bytes))
                guard bytes.readableBytes > 0 else { continue }
            }
            write(bytes, context)
        }
        if waiting.isEmpty { stalledSince = nil } else if stalledSince == nil { stalledSince = now }
        context.flush()
    }

    /// Goes on with what has waited elsewhere for the same peer, behind all that was handed over here.
    func adopt(_ frames: WaitingFrames) {
        guard let context else { return }
        flush()
        let now = ContinuousClock.now
        let queue = waiting ?? WaitingFrames()
        waiting = queue
        handed += frames.bytes
        queue.append(contentsOf: frames, now: now)
        passOn(now, context)
    }

    /// Whether the channel gets another frame: of a connection that is sent media one at a time, for it cannot drop any.
    private var takesMore: Bool { isWritable && !(isUnsentLimited && channelWrites > 0) }

    /// The channel has written something of a connection that is sent media: the next frame may leave.
    private func goOn() {
        guard isUnsentLimited, channelWrites == 0, waitingBytes > 0, let context else { return }
        passOn(.now, context)
    }

    /// What was dropped since this was last asked for; forgets what nobody needs any more.
    func takeDropped() -> DroppedFrames? {
        guard let waiting else { return nil }
        let dropped = waiting.takeDropped()
        // They are on no way to the peer.
        handed -= dropped?.bytes ?? 0
        if waiting.isIdle(now: .now) { self.waiting = nil }
        return dropped
    }

    /// Sends the very last bytes and forgets what waited.
    func finish(with bytes: ByteBuffer) {
        drop()
        guard let context else { return }
        write(bytes, context)
        context.flush()
    }

    /// The channel takes more, or no more.
    func writabilityChanged(_ context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        guard isWritable, waitingBytes > 0 else { return }
        stalledSince = nil
        passOn(.now, context)
    }

    /// How long the peer has taken nothing of what waits for it; zero for one that keeps up.
    ///
    /// The channel hears of room only when a third of the kernel's buffer is free: a steady reader may need minutes for that.
    func stalledTime(now: ContinuousClock.Instant) -> Duration {
        guard let stalledSince, let context else { return .zero }
        let inChannel = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        let left = waitingBytes + (inChannel ?? 0) + (socket?.untaken ?? 0)
        guard handed - left > taken else { return now - stalledSince }
        taken = handed - left
        self.stalledSince = now
        return .zero
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        channelWrites += 1
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            self.channelWrites -= 1
            // A channel that closes fails its writes when the descriptor is no longer its own, and says so only afterwards.
            if case .success = result { self.goOn() }
        }
        context.write(NIOAny(bytes), promise: promise)
    }

    private func drop() {
        first = nil
        later = []
        marks = []
        turnBytes = 0
        waiting = nil
        stalledSince = nil
    }
}

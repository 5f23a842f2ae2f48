import NIOCore

/// What is on its way to one reader, in order and bounded.
///
/// The frames of a turn go straight to the socket while it takes everything; what it does not take goes through the channel,
/// and what the channel does not take waits here. Confined to the connection's event loop.
final class Outbox {
    /// Bytes of one turn that are not held back for its end.
    private static let burst = 128 * 1024

    private let writesDirectly: Bool
    private var context: ChannelHandlerContext?
    private var socket: DirectSocket?

    /// Frames of this turn; nearly always one.
    private var turn: ContiguousArray<ByteBuffer> = []
    private var turnBytes = 0
    /// Writes that the channel has taken and not finished: until then nothing may go past it.
    private var channelWrites = 0
    /// Whether the channel takes more; it says when that changes.
    private var isWritable = true
    /// What waits because neither takes more; empty for a healthy reader.
    private var waiting: ContiguousArray<ByteBuffer> = []
    private var waitingStart = 0
    /// Bytes that wait.
    private(set) var waitingBytes = 0
    /// Since when the peer was not seen to take anything, while something waits.
    private var stalledSince: ContinuousClock.Instant?
    /// Bytes that were to leave since the beginning.
    private var handed = 0
    /// Those of them that the peer was seen to have taken.
    private var taken = 0

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
    var isEmpty: Bool { turn.isEmpty && waitingBytes == 0 }

    /// Takes finished bytes for the end of this turn.
    func add(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        turn.append(bytes)
        turnBytes += bytes.readableBytes
        // A burst is no slow reader: the socket says which of the two it is.
        if turnBytes > Self.burst { flush() }
    }

    /// Lets the frames of this turn leave.
    func flush() {
        guard let context, !turn.isEmpty else { return }
        var bytes = turn[0]
        for frame in turn.dropFirst() { bytes.writeImmutableBuffer(frame) }
        turn.removeAll(keepingCapacity: turn.count == 1)
        turnBytes = 0
        handed += bytes.readableBytes
        if writesDirectly, channelWrites == 0, waitingBytes == 0, let socket {
            bytes.moveReaderIndex(forwardBy: socket.send(bytes))
            guard bytes.readableBytes > 0 else { return }
        }
        if waitingBytes == 0, isWritable {
            write(bytes, context)
            context.flush()
        } else {
            waiting.append(bytes)
            waitingBytes += bytes.readableBytes
            if stalledSince == nil { stalledSince = .now }
        }
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
        while waitingStart < waiting.count, isWritable {
            let bytes = waiting[waitingStart]
            // What has left is not kept, however long the reader stays a bit behind.
            waiting[waitingStart] = ByteBuffer()
            waitingStart += 1
            waitingBytes -= bytes.readableBytes
            write(bytes, context)
        }
        stalledSince = waitingBytes == 0 ? nil : .now
        if waitingStart == waiting.count {
            waiting = []
            waitingStart = 0
        } else if waitingStart > 64, waitingStart * 2 > waiting.count {
            waiting.removeFirst(waitingStart)
            waitingStart = 0
        }
        context.flush()
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
        promise.futureResult.assumeIsolated().whenComplete { _ in self.channelWrites -= 1 }
        context.write(NIOAny(bytes), promise: promise)
    }

    private func drop() {
        turn = []
        turnBytes = 0
        waiting = []
        waitingStart = 0
        waitingBytes = 0
        stalledSince = nil
    }
}

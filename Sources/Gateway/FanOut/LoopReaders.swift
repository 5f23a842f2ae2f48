import CAASProtocol
import Chat
import EngineIOWire
import Logging
import NIOCore
import Synchronization

/// The connections of one event loop, and who of them listens to what.
///
/// Confined to ``eventLoop``: `@unchecked Sendable` because every use from outside is an `execute` on it, and everything else
/// runs inside its channels' handlers, which NIO calls on it. Readers of a conversation stand in one contiguous array under the number that the fan-out gave
/// the conversation, so that a delivery looks nothing up.
final class LoopReaders: @unchecked Sendable {
    struct Reader {
        /// What takes finished bytes at once; nil where each frame goes through the connection.
        var carrier: WebSocketTransport?
        let form: WireForm
        let connection: ChatEndpoint
        var traits: ReaderTraits
    }

    let eventLoop: any EventLoop
    /// Which of the node's loops this is.
    let number: Int
    let metrics: LoopMetrics
    let log: LoopLog
    /// How many chat connections get their frames in which form.
    let census = WireCensus()
    /// Media that readers of this loop were spared, and what senders are told of that.
    let congestion: CongestionNotes
    let compression: LoopCompression
    let turns: TurnQueue
    /// Encodes what only connections of this loop get.
    var writer: FrameWriter
    /// The time, as old as this turn of the loop or half a second: good enough for heartbeats.
    private(set) var now = ContinuousClock.now
    private var connections: [UInt64: ChatEndpoint] = [:]
    private(set) var transports: [ObjectIdentifier: WebSocketTransport] = [:]
    private var requests: [ObjectIdentifier: HTTPConnection] = [:]
    private(set) var sessions: [EngineIOSessionID: EngineIOSession] = [:]
    var readers: ContiguousArray<ContiguousArray<Reader>> = []
    private var unflushed: ContiguousArray<WebSocketTransport> = []
    private var isFlushScheduled = false
    private var runNumber: UInt64 = 0
    /// When the next tick should come: what it comes later is the loop's lag.
    private var tickDue: ContinuousClock.Instant?
    /// From the end of one tick to the next.
    static let tickInterval = Duration.milliseconds(500)
    private var emptied: EventLoopPromise<Void>?
    private let posted = Mutex<LoopPlan?>(nil)

    /// - Parameters:
    ///   - metrics: What the loop counts; the default keeps nothing.
    ///   - logger: The default is silent.
    init(
        eventLoop: any EventLoop,
        number: Int,
        metrics: LoopMetrics = LoopMetrics(),
        board: CongestionBoard = CongestionBoard(),
        compression: CompressionSettings = CompressionSettings(),
        logger: Logger = Logger(label: "caas") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.eventLoop = eventLoop
        self.number = number
        self.metrics = metrics
        self.compression = LoopCompression(compression)
        turns = TurnQueue(eventLoop)
        writer = FrameWriter(deflateThreshold: compression.threshold)
        log = LoopLog(logger)
        congestion = CongestionNotes(loop: number, board: board)
    }

    // MARK: Connections

    func add(_ connection: ChatEndpoint, _ number: UInt64) {
        connections[number] = connection
        census.count(connection.transport.form, 1)
    }

    /// Forgets a connection, and gives up its places among the readers.
    ///
    /// The `exit`s that the service sends when it learns of it find nothing left to do.
    func remove(_ number: UInt64) {
        guard let connection = connections[number] else { return }
        for slot in Array(connection.places.keys) { leave(slot, number) }
        connections[number] = nil
        census.count(connection.transport.form, -1)
    }

    func add(_ transport: WebSocketTransport) {
        transports[ObjectIdentifier(transport)] = transport
        if transport.windowBits > 0 { census.countDeflated(1) }
    }

    func remove(_ transport: WebSocketTransport) {
        if transports.removeValue(forKey: ObjectIdentifier(transport)) != nil, transport.windowBits > 0 {
            census.countDeflated(-1)
        }
        checkEmpty()
    }

    func add(_ connection: HTTPConnection) { requests[ObjectIdentifier(connection)] = connection }

    func remove(_ connection: HTTPConnection) {
        requests[ObjectIdentifier(connection)] = nil
        checkEmpty()
    }

    func add(_ session: EngineIOSession) { sessions[session.id] = session }

    func remove(_ session: EngineIOSession) {
        sessions[session.id] = nil
        checkEmpty()
    }

    func session(_ id: EngineIOSessionID) -> EngineIOSession? { sessions[id] }

    /// The answer of a read, which comes by itself.
    func answerAlone(_ connection: UInt64, _ frame: FrameID, _ answer: Acknowledgement) {
        now = .now
        self.answer(connection, frame, answer)
    }

    private func answer(_ connection: UInt64, _ frame: FrameID, _ answer: Acknowledgement) {
        connections[connection]?.answered(frame, answer)
    }

    func connection(_ number: UInt64) -> ChatEndpoint? { connections[number] }
    var httpConnections: [HTTPConnection] { Array(requests.values) }
    var chatConnections: [ChatEndpoint] { Array(connections.values) }

    /// Succeeds the promise once no connection is left.
    func notifyWhenEmpty(_ promise: EventLoopPromise<Void>) {
        emptied = promise
        checkEmpty()
    }

    private func checkEmpty() {
        guard let emptied, transports.isEmpty, requests.isEmpty, sessions.isEmpty else { return }
        self.emptied = nil
        emptied.succeed()
    }

    func tick() {
        now = .now
        if let tickDue { metrics.lagged(by: max(.zero, now - tickDue)) }
        var queuedBytes = 0
        for transport in Array(transports.values) {
            transport.tick(now: now)
            queuedBytes += transport.queuedBytes
        }
        for session in Array(sessions.values) {
            session.tick(now: now)
            queuedBytes += session.waitingBytes
        }
        metrics.queued(bytes: queuedBytes)
        tellCongestion()
        metrics.compressed(compression)
        tickDue = .now + Self.tickInterval
    }

    // MARK: Flushing: one flush per connection and turn

    /// Notes that a transport has something to flush at the end of this turn.
    func needsFlush(_ transport: WebSocketTransport) {
        unflushed.append(transport)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        let transports = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for transport in transports { transport.flush() }
    }

    // MARK: Deliveries

    /// Hands over a plan from any thread.
    ///
    /// While the loop is busy plans gather and become one, so that a reader gets all frames of a turn in one write.
    func post(_ plan: LoopPlan) {
        let isFirst = posted.withLock { posted in
            guard posted == nil else {
                posted?.append(plan)
                return false
            }
            posted = plan
            return true
        }
        if isFirst { eventLoop.execute { self.performPosted() } }
    }

    private func performPosted() {
        let plan = posted.withLock { posted in
            defer { posted = nil }
            return posted
        }
        if let plan { perform(plan) }
    }

    /// Carries out one plan, in order.
    private func perform(_ plan: LoopPlan) {
        eventLoop.assertInEventLoop()
        now = .now
        isFlushScheduled = true
        let isAlone = plan.steps.count == 1
        for step in plan.steps {
            switch step {
            case .run(let run): perform(run, isAlone: isAlone)
            case .enter(let slot, let connection, let isJoined): enter(slot, connection, isJoined)
            case .update(let slot, let connection, let isJoined): update(slot, connection, isJoined)
            case .receives(let slot, let connection, let wish): receives(slot, connection, wish)
            case .exit(let slot, let connection): leave(slot, connection)
            case .retire(let slot): retire(slot)
            case .answer(let connection, let frame, let answer): self.answer(connection, frame, answer)
            case .opened(let connection, let welcome): connections[connection]?.opened(welcome)
            case .close(let connection, let ending): connections[connection]?.end(ending)
            case .send(let connection, let frame, let type):
                guard let connection = connections[connection] else { continue }
                connection.transport.enqueue(frame)
                metrics.sent(type)
            }
        }
        flush()
        if let begun = plan.begun { metrics.delivered(after: .now - begun) }
    }

    /// - Parameter isAlone: Whether the turn has nothing else for any connection, so that each may be written to at once.
    private func perform(_ run: LoopPlan.Run, isAlone: Bool) {
        runNumber += 1
        for number in run.special { connections[number]?.transport.runNumber = runNumber }
        if run.slot < readers.count {
            var count = 0
            let mark = run.joined.mark
            var deflated = DeflatedRun()
            // By their places, so that of a reader no more is looked at than a delivery needs.
            let readers = readers[run.slot]
            for place in readers.indices where readers[place].traits.isSuperset(of: run.needs) {
                if let carrier = readers[place].carrier, carrier.runNumber != runNumber {
                    count += 1
                    deflated.choose(run, readers[place].form, carrier.windowBits, compression.deflater)
                    isAlone ? carrier.enqueueAndFlush(deflated.bytes, mark) : carrier.enqueue(deflated.bytes, mark)
                } else {
                    performItems(of: run, for: readers[place].connection, isReader: true)
                }
            }
            metrics.delivered(run, to: count)
        }
        // Who acts without reading gets its answers all the same.
        for number in run.special {
            guard let connection = connections[number], connection.transport.runNumber == runNumber else { continue }
            performItems(of: run, for: connection, isReader: false)
        }
    }

    private func performItems(of run: LoopPlan.Run, for connection: ChatEndpoint, isReader: Bool) {
        connection.transport.runNumber = 0
        for item in run.items {
            switch item {
            case .frame(let frame, let type, let except):
                guard isReader, !except.contains(connection.id) else { continue }
                connection.transport.enqueue(frame)
                metrics.sent(type)
            case .answer(let number, let frame, let answer):
                if number == connection.id.number { connection.answered(frame, answer) }
            }
        }
    }
}

package import CAASProtocol
import Dispatch
import Synchronization

/// Where deliveries go: the gateway's fan-out.
package protocol DeliverySink: Sendable {
    /// Hands over what leaves the service, in order; answers to callers without a connection are none of its business.
    ///
    /// Called on the chat queue.
    func deliver(_ deliveries: [Delivery])

    /// Hands over the answer of a read. Called on any thread.
    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement)
}

/// The chat queue: the one place where the service's requests run, and where its group commit comes from.
///
/// Whatever arrived while the last batch was being committed is the next batch, 256 requests at most: no timer, so a lone
/// request waits for nobody. Reads go on beside it on queues of their own.
package final class ChatQueue: Sendable {
    /// Requests of one commit at most.
    private static let batchLimit = 256
    /// Requests that may wait; beyond, `UNAVAILABLE`.
    private static let waitingLimit = 10_000
    /// The server's budget for an answer (R11).
    package static let answerBudget = Duration.seconds(10)
    /// How often expiry is looked at.
    private static let tickMilliseconds = 250
    /// Rows that one look erases of what removed conversations have left: milliseconds, since each stands in a few places.
    private static let erasedAtOnce = 250
    /// Two seconds.
    private static let ticksBetweenSweeps = 8
    /// A minute.
    private static let ticksBetweenTidying = 240

    private struct Waiting: Sendable {
        let request: ChatRequest
        let since: ContinuousClock.Instant
    }

    private struct Inbox: Sendable {
        var waiting: [Waiting] = []
        var isScheduled = false
        var isClosed = false
    }

    private let queue = DispatchQueue(label: "caas.chat", qos: .userInitiated)
    private let readers = (0..<3).map { DispatchQueue(label: "caas.chat.read.\($0)", qos: .userInitiated) }
    private let inbox = Mutex(Inbox())
    let callers = Callers(budget: answerBudget)
    /// Whether removed conversations may have left rows; an earlier process may have, too.
    private let hasRemains = Atomic(true)
    /// Only the chat queue takes this lock, so it is never contended: it is there for the compiler's proof.
    private let service: Mutex<ChatService>
    /// Files on their way in and out, beside this queue.
    package let files: FileDepot
    private let storage: any Storage
    private let settings: ChatSettings
    private let sink: any DeliverySink
    private let clock: @Sendable () -> Int64
    private let report: @Sendable (_ traceID: String, any Error) -> Void

    /// - Parameters:
    ///   - blobs: Keeps the bytes of files; the default keeps them in memory.
    ///   - clock: The server's clock, Unix milliseconds.
    ///   - report: Told what failed, under the id that the client is given.
    package init(
        storage: any Storage,
        blobs: any BlobStorage = InMemoryBlobs(),
        settings: ChatSettings,
        sink: any DeliverySink,
        clock: @escaping @Sendable () -> Int64,
        metrics: ChatMetrics = ChatMetrics(),
        report: @escaping @Sendable (_ traceID: String, any Error) -> Void = { _, _ in }
    ) {
        self.storage = storage
        self.settings = settings
        self.report = report
        self.sink = sink
        self.clock = clock
        let service = ChatService(storage: storage, settings: settings, metrics: metrics, report: report)
        let (queue, earlier) = (queue, Earlier())
        files = FileDepot(
            storage: storage,
            blobs: blobs,
            senders: service.uploads,
            // Behind everything that a lane has submitted before, whose turn on the queue may be yet to come.
            lower: { file, bytes in
                try queue.sync {
                    earlier.run()
                    try storage.write { try $0.setReceived(bytes, of: file) }
                }
            },
            clock: clock,
            metrics: metrics,
            report: report
        )
        self.service = Mutex(service)
        earlier.is { [weak self] in self?.drain() }
        scheduleTick()
    }

    /// Takes a request; its answer comes through the sink.
    ///
    /// - Returns: whether it was taken. A full or closed queue takes nothing but the last request of a connection.
    package func submit(_ request: ChatRequest) -> Bool {
        switch request.command {
        case .fileChunk, .resumeFile: return files.submit(request, to: self)
        default: break
        }
        let (isTaken, isFirst) = enter(request)
        // Not under the lock, on which the queue would wait when it wakes.
        if isFirst { wake() }
        return isTaken
    }

    /// Puts a request behind those that wait.
    ///
    /// - Returns: whether it was taken, and whether it is the first, for which the queue is to be woken.
    func enter(_ request: ChatRequest) -> (isTaken: Bool, isFirst: Bool) {
        let isLast =
            switch request.command {
            case .disconnect, .goodbye: true
            default: false
            }
        return inbox.withLock { inbox in
            guard isLast || (inbox.waiting.count < Self.waitingLimit && !inbox.isClosed) else { return (false, false) }
            inbox.waiting.append(Waiting(request: request, since: .now))
            defer { inbox.isScheduled = true }
            return (true, !inbox.isScheduled)
        }
    }

    func wake() { queue.async { self.drain() } }

    /// Asks without a connection, and returns what a connection would be answered (R70).
    ///
    /// Through the same queues and bounds. Without an acting connection all of the user's connections get the events (R16).
    /// A task that is cancelled waits no longer; its request may still be carried out.
    ///
    /// - Parameter frame: the idempotency key (R2).
    package func perform(_ command: ChatRequest.Command, as actor: Actor, frame: FrameID) async -> Acknowledgement {
        await callers.wait { place in
            submit(ChatRequest(actor: actor.at(place), frame: frame, command: command))
        }
    }

    /// Callers that wait for their answers at present.
    package var waitingCallers: Int { callers.count }

    /// Takes no more, and returns when everything taken was answered.
    package func close() {
        files.close(self)
        inbox.withLock { $0.isClosed = true }
        queue.sync {
            drain()
            service.withLock { $0.finish() }
        }
        for reader in readers { reader.sync {} }
    }

    /// Whether a transaction can be made at present; calls back on the queue.
    package func probe(_ completion: @escaping @Sendable (Bool) -> Void) {
        queue.async { [storage] in
            completion((try? storage.write { _ in true }) ?? false)
        }
    }

    // MARK: On the queue

    private func drain() {
        var rest: ArraySlice<Waiting> = []
        while true {
            if rest.isEmpty {
                rest = inbox.withLock { inbox in
                    defer { inbox.waiting = [] }
                    inbox.isScheduled = !inbox.waiting.isEmpty
                    return inbox.waiting[...]
                }
                if rest.isEmpty { return }
            }
            run(rest.prefix(Self.batchLimit))
            rest = rest.dropFirst(Self.batchLimit)
        }
    }

    private func run(_ batch: ArraySlice<Waiting>) {
        let now = ContinuousClock.now
        var deliveries: [Delivery] = []
        var requests: [ChatRequest] = []
        requests.reserveCapacity(batch.count)
        for waiting in batch {
            switch waiting.request.command {
            case .connect, .disconnect, .goodbye, .presence(.idle): requests.append(waiting.request)
            default:
                guard now - waiting.since > Self.answerBudget else {
                    requests.append(waiting.request)
                    continue
                }
                deliveries.append(.answer(waiting.request.actor.connection, waiting.request.frame, .late))
            }
        }
        deliveries += service.withLock { $0.process(requests, now: now, time: clock()) }
        sink.deliver(deliveries)
        for case .answer(let caller, _, let answer) in deliveries where caller.isCaller {
            callers.answer(caller.number, answer)
        }
        // Behind the deliveries: on its connection a read's answer comes after those of the frames before it.
        for case .read(let actor, let frame, let read) in deliveries { answer(read, actor, frame) }
        for case .again(let request) in deliveries {
            inbox.withLock { $0.waiting.append(Waiting(request: request, since: .now)) }
        }
        for case .removeConversation in requests.map(\.command) { hasRemains.store(true, ordering: .relaxed) }
    }

    private func scheduleTick(_ count: Int = 1) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Self.tickMilliseconds)) { [weak self] in
            guard let self, !inbox.withLock({ $0.isClosed }) else { return }
            tick()
            if count % Self.ticksBetweenTidying == 0 { tidy() }
            if count % Self.ticksBetweenSweeps == 0 { files.sweep(for: self) }
            scheduleTick(count + 1)
        }
    }

    /// What nobody waits for: now and then, when nothing else is to be done.
    private func tidy() {
        // Also what could not be erased before.
        hasRemains.store(true, ordering: .relaxed)
        guard inbox.withLock({ $0.waiting.isEmpty }) else { return }
        do {
            try storage.tidy()
        } catch {
            report("tidy", error)
        }
    }

    /// A step of what removing a conversation has left to do; the next one follows after what waits.
    private func erase() {
        guard hasRemains.load(ordering: .relaxed) else { return }
        do {
            let isLeft = try storage.write { try $0.eraseRemoved(limit: Self.erasedAtOnce) }
            hasRemains.store(isLeft, ordering: .relaxed)
        } catch {
            hasRemains.store(false, ordering: .relaxed)
            report("erase", error)
        }
    }

    private func tick() {
        erase()
        let deliveries = service.withLock { $0.tick(now: .now, time: clock()) }
        if !deliveries.isEmpty { sink.deliver(deliveries) }
    }

    private func answer(_ read: ChatRead, _ actor: Actor, _ frame: FrameID) {
        let reader = readers[Int(actor.connection.number % UInt64(readers.count))]
        reader.async { [storage, settings, sink, callers, clock, report] in
            let acknowledgement: Acknowledgement
            do {
                acknowledgement = try storage.read {
                    try ReadRules.answer(read, actor, $0, settings: settings, time: clock())
                }
            } catch {
                acknowledgement = .failure(.failure(error, report: report))
            }
            let place = actor.connection
            place.isCaller
                ? callers.answer(place.number, acknowledgement) : sink.answer(place, frame, acknowledgement)
        }
    }

    /// Answers what was decided beside this queue.
    ///
    /// Called on any thread.
    func answer(_ request: ChatRequest, _ acknowledgement: Acknowledgement) {
        let place = request.actor.connection
        place.isCaller
            ? callers.answer(place.number, acknowledgement) : sink.answer(place, request.frame, acknowledgement)
    }

    /// Changes the rows of files that nobody sends any more.
    ///
    /// Called on any thread.
    func end(_ files: [FileID], _ change: @escaping @Sendable (any FileWriter) throws -> Void) {
        queue.async {
            do {
                try self.storage.write { try change($0) }
                self.service.withLock { $0.forget(files) }
            } catch {
                self.report("files", error)
            }
        }
    }
}

import CAASProtocol
import Chat
import CoreMetrics

/// What one event loop counts about its connections; the names are those of docs/metrics.md.
///
/// Confined to that loop, with handles of its own, so that no two loops write to the same memory.
final class LoopMetrics {
    /// How an attempt to open a socket ended: `result` of `caas_connects_total`.
    enum ConnectResult: String {
        /// A session was opened.
        case ready
        /// The handshake was no good.
        case handshake
        /// The node takes no more at present.
        case admission
        /// The socket was opened and closed again by the service: no token, a bad one, too many connections.
        case refused
        /// The client went before it had a session.
        case left
    }

    /// The statuses with which requests are refused before any route.
    static let refusals: [UInt] = [400, 403, 405, 408, 413, 414, 421, 431, 501, 503]

    let frames: FrameCounters<ClientEventType>
    private let unreadable: Counter
    private let sentFrames: FrameCounters<ServerEventType>
    private let acks: Timer
    private let deliveries: Timer
    private let lags: Timer
    private let queue: Meter
    private let slow: Counter
    private let droppedAudio: Counter
    private let droppedVideo: Counter
    private let droppedStates: Counter
    private let compression: CompressionCounters
    private let connections: [WireForm: ConnectionMeters]
    private let refusals: [UInt: Counter]
    private var connects: RareCounters
    private var disconnects: RareCounters
    private var errors: ErrorCounters
    private var tokens: RareCounters

    /// - Parameter factory: Where the values go; the default keeps none.
    init(tenants: [TenantID] = [], factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        frames = FrameCounters(direction: "in", factory: factory)
        unreadable = Counter(
            label: "caas_frames_total",
            dimensions: [("type", "invalid"), ("dir", "in")],
            factory: factory
        )
        sentFrames = FrameCounters(direction: "out", factory: factory)
        acks = Timer(label: "caas_ack_seconds", factory: factory)
        deliveries = Timer(label: "caas_deliver_seconds", factory: factory)
        lags = Timer(label: "caas_loop_lag_seconds", factory: factory)
        queue = Meter(label: "caas_outbound_queue_bytes", factory: factory)
        compression = CompressionCounters(factory)
        slow = Counter(label: "caas_slow_consumers_total", factory: factory)
        let dropped = { Counter(label: "caas_dropped_frames_total", dimensions: [("kind", $0)], factory: factory) }
        droppedAudio = dropped("audio")
        droppedVideo = dropped("video")
        droppedStates = dropped("state")
        connections = Dictionary(
            uniqueKeysWithValues: WireForm.allCases.map { ($0, ConnectionMeters($0, tenants, factory: factory)) }
        )
        refusals = Dictionary(
            Self.refusals.map { status in
                let labels = [("status", "\(status)")]
                return (status, Counter(label: "caas_refused_requests_total", dimensions: labels, factory: factory))
            }
        ) { first, _ in first }
        connects = RareCounters("caas_connects_total", "result", factory: factory)
        disconnects = RareCounters("caas_disconnects_total", "code", factory: factory)
        errors = ErrorCounters(factory)
        tokens = RareCounters("caas_auth_failures_total", "reason", factory: factory)
    }

    // MARK: Frames

    /// A frame came that could not be read, or was too large to be.
    func receivedUnreadable() { unreadable.increment() }

    /// Frames of one type were handed to so many connections.
    func sent(_ type: ServerEventType, _ count: Int = 1) { sentFrames.count(type, count) }

    /// A run went to so many readers that none of its items treats differently.
    func delivered(_ run: LoopPlan.Run, to count: Int) {
        guard count > 0 else { return }
        for case .frame(_, let type, _) in run.items { sentFrames.count(type, count) }
    }

    /// A frame was answered.
    func acknowledged(after duration: Duration) { acks.recordNanoseconds(duration.nanoseconds) }

    /// What a batch brings to this loop was written.
    func delivered(after duration: Duration) { deliveries.recordNanoseconds(duration.nanoseconds) }

    /// A client was told an error.
    func refused(_ error: SpecError) { errors.count(error) }

    // MARK: Connections

    /// A request was answered with this status before it reached a route.
    func refused(status: UInt) { refusals[status]?.increment() }

    /// The gauge of a tenant's connections; nil for those that have no session.
    func connections(_ form: WireForm, of tenant: TenantID?) -> Meter? { connections[form]?[tenant] }

    func connected(_ result: ConnectResult) { connects.count(result.rawValue) }

    /// A connection ended with that close code; 1006 where there was none.
    func disconnected(_ code: UInt16) {
        disconnects.count(CloseReason.isKnown(code) ? "\(code)" : "other")
    }

    /// A token was refused, or none came.
    func authenticationFailed(_ reason: String) { tokens.count(reason) }

    // MARK: The loop itself

    /// A reader that has fallen behind was spared so much.
    func dropped(_ frames: DroppedFrames) {
        if frames.audio > 0 { droppedAudio.increment(by: Int64(frames.audio)) }
        if frames.video > 0 { droppedVideo.increment(by: Int64(frames.video)) }
        if frames.states > 0 { droppedStates.increment(by: Int64(frames.states)) }
    }

    /// A reader was too slow and is cut.
    func cutSlowConsumer() { slow.increment() }

    /// Bytes wait for slow readers.
    func queued(bytes: Int) { queue.set(bytes) }

    /// What the loop has compressed and inflated since it was asked last.
    func compressed(_ loop: LoopCompression) { compression.count(loop) }

    /// The loop came so much later to something than it was due.
    func lagged(by duration: Duration) { lags.recordNanoseconds(duration.nanoseconds) }
}

package import CoreMetrics

/// What the service counts about itself; the names are those of docs/metrics.md.
package struct ChatMetrics: Sendable {
    private let commit: Timer
    private let batch: Recorder
    private let duplicates: Counter
    private let typing: Counter

    /// - Parameter factory: Where the values go; the default keeps none.
    package init(factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        commit = Timer(label: "caas_commit_seconds", factory: factory)
        batch = Recorder(label: "caas_commit_batch_size", factory: factory)
        duplicates = Counter(label: "caas_duplicates_total", factory: factory)
        typing = Counter(label: "caas_ratelimited_total", dimensions: [("bucket", "typing")], factory: factory)
    }

    /// A transaction with so many requests was committed.
    func committed(_ requests: Int, in duration: Duration) {
        commit.recordNanoseconds(duration.nanoseconds)
        batch.record(requests)
    }

    /// An id was answered again (R2).
    func answeredAgain() { duplicates.increment() }

    /// Typing beyond its rate was dropped, of which the client is told nothing (R33).
    func droppedTyping() { typing.increment() }
}

extension Duration {
    /// In nanoseconds, for measurements: shorter than 292 years.
    package var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

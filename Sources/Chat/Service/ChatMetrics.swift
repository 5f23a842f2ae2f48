package import CoreMetrics

/// What the service counts about itself; the names are those of docs/metrics.md.
package struct ChatMetrics: Sendable {
    private let commit: Timer
    private let batch: Recorder
    private let duplicates: Counter
    private let typing: Counter
    private let receivedFileBytes: Counter
    private let sentFileBytes: Counter

    /// - Parameter factory: Where the values go; the default keeps none.
    package init(factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        commit = Timer(label: "caas_commit_seconds", factory: factory)
        batch = Recorder(label: "caas_commit_batch_size", factory: factory)
        duplicates = Counter(label: "caas_duplicates_total", factory: factory)
        typing = Counter(label: "caas_ratelimited_total", dimensions: [("bucket", "typing")], factory: factory)
        let fileBytes = { Counter(label: "caas_file_bytes_total", dimensions: [("dir", $0)], factory: factory) }
        receivedFileBytes = fileBytes("in")
        sentFileBytes = fileBytes("out")
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

    /// So many bytes of files were written.
    func received(fileBytes: Int) { receivedFileBytes.increment(by: fileBytes) }

    /// So many bytes of files were read, for somebody who downloads.
    func sent(fileBytes: Int) { sentFileBytes.increment(by: fileBytes) }
}

extension Duration {
    /// In nanoseconds, for measurements: shorter than 292 years.
    package var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

import CoreMetrics
import PrometheusExporter

/// The metrics of the node: what its parts count, and what is looked up at each scrape.
struct NodeMetrics: Sendable {
    /// What `/metrics` has no count for, as it is now.
    struct Facts: Sendable {
        /// Whether the store takes transactions.
        var isStoreWritable: Bool
        /// Bytes of the store's log; nil where that is not known.
        var logBytes: Int64?
        /// Descriptors of the process; nil where the system does not tell.
        var openFiles: Int?
    }

    /// What the parts of the service make their handles from.
    let registry = PrometheusRegistry(MetricFamily.table)
    private let storeUp: Meter
    private let logBytes: Meter
    private let openFiles: Meter

    /// - Parameter version: The release that runs.
    init(version: String) {
        storeUp = Meter(label: "caas_store_up", factory: registry)
        logBytes = Meter(label: "caas_wal_bytes", factory: registry)
        openFiles = Meter(label: "caas_fd_open", factory: registry)
        Meter(label: "caas_build_info", dimensions: [("version", version)], factory: registry).set(1)
    }

    /// The page for Prometheus.
    func page(_ facts: Facts) -> String {
        storeUp.set(facts.isStoreWritable ? 1 : 0)
        if let bytes = facts.logBytes { logBytes.set(bytes) }
        if let count = facts.openFiles { openFiles.set(count) }
        return registry.text()
    }
}

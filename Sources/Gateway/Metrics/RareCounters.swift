import CoreMetrics

/// A family of counters for what is rare: each is made when it first counts.
///
/// The values of its labels come from the code, never from a client; should they be too many all the same, the rest count as
/// `other`. Confined to its owner.
struct RareCounters {
    /// Series of one family at most, without `other`.
    static let limit = 128

    private let name: String
    private let labels: [String]
    private let factory: any MetricsFactory
    private var counters: [[String]: Counter] = [:]

    init(_ name: String, _ labels: String..., factory: any MetricsFactory) {
        self.name = name
        self.labels = labels
        self.factory = factory
    }

    mutating func count(_ values: String...) {
        if let known = counters[values] { return known.increment() }
        let values = counters.count < Self.limit ? values : labels.map { _ in "other" }
        let counter =
            counters[values] ?? Counter(label: name, dimensions: Array(zip(labels, values)), factory: factory)
        counters[values] = counter
        counter.increment()
    }
}

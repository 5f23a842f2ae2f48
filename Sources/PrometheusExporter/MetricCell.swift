/// What one handle has counted: a part of a series.
protocol MetricCell: AnyObject, Sendable {
    /// Adds what was counted so far.
    func add(to sample: inout Sample)
}

/// One series at the time of a scrape.
struct Sample {
    /// Of a counter or a gauge.
    var value = 0.0
    /// Of a histogram: how much fell into each bucket, the one to infinity last.
    var buckets: [UInt64] = []
    /// Of a histogram: everything that was recorded, added up.
    var sum = 0.0
}

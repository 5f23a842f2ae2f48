import CoreMetrics
import Synchronization

/// Counts what was measured into buckets with fixed bounds; durations in seconds.
final class HistogramCell: RecorderHandler, TimerHandler, MetricCell {
    /// Bounds at most, without infinity.
    static let boundLimit = 20

    private let bounds: [Double]
    /// One for each bound and the last for what is above all of them; those beyond stay 0.
    private let counts: InlineArray<21, Atomic<UInt64>>
    private let sum = AtomicDouble()

    init(bounds: [Double]) {
        precondition(bounds.count <= Self.boundLimit, "the table of families has shorter lists")
        self.bounds = bounds
        counts = InlineArray { _ in Atomic<UInt64>(0) }
    }

    func record(_ value: Double) {
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[place].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func add(to sample: inout Sample) {
        if sample.buckets.isEmpty { sample.buckets = Array(repeating: 0, count: bounds.count + 1) }
        for place in 0...bounds.count { sample.buckets[place] &+= counts[place].load(ordering: .relaxed) }
        sample.sum += sum.value
    }
}

import CoreMetrics
import Synchronization

/// Counts up.
final class CounterCell: CounterHandler, MetricCell {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }

    func add(to sample: inout Sample) { sample.value += Double(count.load(ordering: .relaxed)) }
}

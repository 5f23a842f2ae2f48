import CoreMetrics

/// Goes up and down.
final class GaugeCell: MeterHandler, MetricCell {
    private let number = AtomicDouble()

    func set(_ value: Int64) { number.set(Double(value)) }

    func set(_ value: Double) { number.set(value) }

    func increment(by amount: Double) { number.add(amount) }

    func decrement(by amount: Double) { number.add(-amount) }

    func add(to sample: inout Sample) { sample.value += number.value }
}

package import CoreMetrics
import Synchronization

/// Keeps what was counted in the families that it knows, and writes it down for Prometheus.
///
/// A handle that is made again for the same labels gets a cell of its own, and a series is the sum of its cells: so each event
/// loop counts in memory of its own, and nobody waits for anybody. Handles are made once and live as long as the process;
/// those of unknown families or with other labels count nothing.
package final class PrometheusRegistry: MetricsFactory {
    private struct Family {
        let family: MetricFamily
        /// By the values of the labels, in their order.
        var cells: [[String]: [any MetricCell]] = [:]
    }

    private let families: Mutex<[String: Family]>

    package init(_ families: [MetricFamily]) {
        var known: [String: Family] = [:]
        for family in families { known[family.name] = Family(family: family) }
        self.families = Mutex(known)
    }

    /// Everything counted so far in Prometheus' text format 0.0.4: families by name, series by the values of their labels.
    package func text() -> String {
        let all = families.withLock { Array($0.values) }
        var page = TextFormat()
        for known in all.sorted(by: { $0.family.name < $1.family.name }) where !known.cells.isEmpty {
            page.begin(known.family)
            for (values, cells) in known.cells.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                var sample = Sample()
                for cell in cells { cell.add(to: &sample) }
                page.add(sample, values, of: known.family)
            }
        }
        return page.text
    }

    /// Gives a new cell a place; nil where it has none.
    private func place<Cell: MetricCell>(
        _ name: String,
        _ dimensions: [(String, String)],
        _ make: (MetricFamily.Kind) -> Cell?
    ) -> Cell? {
        families.withLock { families in
            guard let family = families[name]?.family, let cell = make(family.kind),
                dimensions.count == family.labels.count
            else { return nil }
            let values = family.labels.compactMap { label in dimensions.first { $0.0 == label }?.1 }
            guard values.count == dimensions.count else { return nil }
            families[name]?.cells[values, default: []].append(cell)
            return cell
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        place(label, dimensions) { $0 == .counter ? CounterCell() : nil } ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        place(label, dimensions) { $0 == .gauge ? GaugeCell() : nil } ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramCell? {
        place(label, dimensions) { kind in
            if case .histogram(let bounds) = kind { HistogramCell(bounds: bounds) } else { nil }
        }
    }

    // What was counted stays counted.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

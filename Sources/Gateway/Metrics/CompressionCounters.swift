import CoreMetrics
import WebSocketWire

/// Bytes of the texts that crossed WebSockets compressed (R69): as they are, and as they crossed.
///
/// A text that goes to many is counted once: what is counted is the work.
struct CompressionCounters {
    private let sent: (plain: Counter, deflated: Counter)
    private let received: (plain: Counter, deflated: Counter)

    init(_ factory: any MetricsFactory) {
        func counter(_ direction: String, _ form: String) -> Counter {
            Counter(
                label: "caas_deflate_bytes_total",
                dimensions: [("dir", direction), ("form", form)],
                factory: factory
            )
        }
        sent = (counter("out", "plain"), counter("out", "deflated"))
        received = (counter("in", "plain"), counter("in", "deflated"))
    }

    func count(_ loop: LoopCompression) {
        let deflated = loop.deflater.takeTotals()
        sent.plain.increment(by: deflated.plainBytes)
        sent.deflated.increment(by: deflated.deflatedBytes)
        let inflated = loop.inflater.takeTotals()
        received.plain.increment(by: inflated.plainBytes)
        received.deflated.increment(by: inflated.deflatedBytes)
    }
}

import CoreMetrics
import Testing

@testable import PrometheusExporter

@Suite("Prometheus' text format 0.0.4") struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry([
        MetricFamily("z_total", .counter, ["type", "dir"], "Last by name."),
        MetricFamily("depth", .gauge, [], "A gauge."),
        MetricFamily("took_seconds", .histogram([0.001, 0.5, 2]), [], "A histogram."),
        MetricFamily("named", .gauge, ["name"], "Two\nlines and a \\."),
        MetricFamily("unused", .counter, [], "Nobody makes it."),
    ])

    private func lines(of name: String) -> [String] {
        registry.text().split(separator: "\n").map(String.init).filter { $0.contains(name) }
    }

    @Test func `families and series have one order, whatever they were made in`() {
        for type in ["b", "a"] {
            for direction in ["out", "in"] {
                Counter(label: "z_total", dimensions: [("dir", direction), ("type", type)], factory: registry)
                    .increment()
            }
        }
        Meter(label: "depth", factory: registry).set(7)
        #expect(
            registry.text() == """
                # HELP depth A gauge.
                # TYPE depth gauge
                depth 7
                # HELP z_total Last by name.
                # TYPE z_total counter
                z_total{type="a",dir="in"} 1
                z_total{type="a",dir="out"} 1
                z_total{type="b",dir="in"} 1
                z_total{type="b",dir="out"} 1

                """
        )
    }

    @Test func `handles of one series add up`() {
        let labels = [("type", "a"), ("dir", "in")]
        let (one, two) = (
            Counter(label: "z_total", dimensions: labels, factory: registry),
            Counter(label: "z_total", dimensions: labels, factory: registry)
        )
        one.increment(by: 3)
        two.increment()
        #expect(lines(of: "z_total{") == [#"z_total{type="a",dir="in"} 4"#])
        let (up, down) = (Meter(label: "depth", factory: registry), Meter(label: "depth", factory: registry))
        up.increment(by: 5)
        down.decrement(by: 2.5)
        #expect(lines(of: "depth").last == "depth 2.5")
    }

    @Test(arguments: [
        (0.0005, [1, 1, 1, 1]), (0.001, [1, 1, 1, 1]), (0.0011, [0, 1, 1, 1]), (2.0, [0, 0, 1, 1]),
        (2.1, [0, 0, 0, 1]),
    ])
    func `a bucket counts what is at most its bound`(_ value: Double, _ counts: [Int]) {
        Recorder(label: "took_seconds", factory: registry).record(value)
        let bounds = ["0.001", "0.5", "2", "+Inf"]
        #expect(
            lines(of: "took_seconds_") == zip(bounds, counts).map { #"took_seconds_bucket{le="\#($0)"} \#($1)"# } + [
                "took_seconds_sum \(value == 2 ? "2" : "\(value)")", "took_seconds_count 1",
            ]
        )
    }

    @Test func `durations are seconds`() {
        let timer = Timer(label: "took_seconds", factory: registry)
        timer.recordNanoseconds(1_500_000_000)
        timer.recordNanoseconds(250_000)
        #expect(lines(of: "_sum") == ["took_seconds_sum 1.50025"])
        #expect(lines(of: "_count") == ["took_seconds_count 2"])
    }

    @Test func `quotes, backslashes and line ends are escaped`() {
        Meter(label: "named", dimensions: [("name", "a\"b\\c\nd")], factory: registry).set(1)
        #expect(
            lines(of: "named") == [
                #"# HELP named Two\nlines and a \\."#, "# TYPE named gauge", #"named{name="a\"b\\c\nd"} 1"#,
            ]
        )
    }

    @Test func `what is in no table, or made as something else, is not served`() {
        Counter(label: "strange_total", factory: registry).increment()
        Counter(label: "depth", factory: registry).increment()
        Counter(label: "z_total", dimensions: [("type", "a")], factory: registry).increment()
        Counter(label: "z_total", dimensions: [("type", "a"), ("way", "in")], factory: registry).increment()
        Meter(label: "z_total", dimensions: [("type", "a"), ("dir", "in")], factory: registry).set(1)
        Timer(label: "depth", factory: registry).recordNanoseconds(1)
        #expect(registry.text() == "")
    }

    @Test func `many threads count at once and nothing is lost`() async {
        let counter = Counter(label: "z_total", dimensions: [("type", "a"), ("dir", "in")], factory: registry)
        let (timer, meter) = (Timer(label: "took_seconds", factory: registry), Meter(label: "depth", factory: registry))
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        timer.recordNanoseconds(1_000_000_000)
                        meter.increment()
                    }
                }
            }
        }
        #expect(lines(of: "z_total{") == [#"z_total{type="a",dir="in"} 8000"#])
        #expect(lines(of: "_sum") == ["took_seconds_sum 8000"])
        #expect(lines(of: "_count") == ["took_seconds_count 8000"])
        #expect(lines(of: "depth ").last == "depth 8000")
    }
}

import CAASServer
import Foundation
import PrometheusExporter
import Testing

@Suite("The table of metrics") struct MetricTableTests {
    @Test func `the page of all metrics has a row for each family, and no other`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/metrics.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let rows = Set(text.split(separator: "\n").filter { $0.hasPrefix("| `caas_") }.map(String.init))
        let wanted = Set(MetricFamily.table.filter { $0.name.hasPrefix("caas_") }.map(\.row))
        #expect(MetricFamily.table.count == wanted.count)
        #expect(wanted.subtracting(rows) == [], "docs/metrics.md lacks these lines")
        // The signs at the end name some families again, with an expression or a value behind.
        let first = rows.filter { $0.contains("` | ") && ["counter", "gauge", "histogram"].contains($0.cells[1]) }
        #expect(first.subtracting(wanted) == [], "docs/metrics.md has lines for what is not served")
    }
}

extension MetricFamily {
    fileprivate var row: String {
        "| `\(name)` | \(kind.name) | \(labels.map { "`\($0)`" }.joined(separator: ", ")) | \(help) |"
    }
}

extension String {
    fileprivate var cells: [String] {
        split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

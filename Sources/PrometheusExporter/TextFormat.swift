/// Writes Prometheus' text format 0.0.4.
struct TextFormat {
    private(set) var text = ""

    /// The two lines that stand above the series of a family.
    mutating func begin(_ family: MetricFamily) {
        text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.name)\n"
    }

    /// One series: one line, or those of a histogram.
    mutating func add(_ sample: Sample, _ values: [String], of family: MetricFamily) {
        let labels = zip(family.labels, values).map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
        guard case .histogram(let bounds) = family.kind else {
            return line(family.name, labels, Self.number(sample.value))
        }
        var count: UInt64 = 0
        for (bound, bucket) in zip(bounds + [.infinity], sample.buckets) {
            count += bucket
            line(family.name + "_bucket", labels + ["le=\"\(Self.number(bound))\""], "\(count)")
        }
        line(family.name + "_sum", labels, Self.number(sample.sum))
        line(family.name + "_count", labels, "\(count)")
    }

    private mutating func line(_ name: String, _ labels: [String], _ value: String) {
        text += name
        if !labels.isEmpty { text += "{\(labels.joined(separator: ","))}" }
        text += " \(value)\n"
    }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        guard let whole = Int64(exactly: value) else { return "\(value)" }
        return "\(whole)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

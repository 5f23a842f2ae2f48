/// One family of metrics as it is served: its name, what kind it is, and its labels.
package struct MetricFamily: Sendable, Hashable {
    /// What the values mean.
    package enum Kind: Sendable, Hashable {
        /// Only grows while the process lives.
        case counter
        /// Goes up and down.
        case gauge
        /// How often what was measured stayed at or below each bound; the bounds ascend, infinity is added.
        case histogram([Double])

        /// The word of the text format.
        package var name: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// The name under which it is made and served.
    package let name: String
    package let kind: Kind
    /// The labels of every series, in the order in which they are written.
    package let labels: [String]
    /// One sentence for who reads the page.
    package let help: String

    package init(_ name: String, _ kind: Kind, _ labels: [String], _ help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }
}

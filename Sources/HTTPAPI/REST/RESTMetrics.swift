import Chat
import CoreMetrics
import NIOHTTP1

/// Counts the answers of the REST interface, and the time they took, by kind of route; the names are those of docs/metrics.md.
///
/// All handles are made at the start, for any task to use: what there is to count is known then.
struct RESTMetrics: Sendable {
    private struct Handles: Sendable {
        /// By the first digit of the status.
        let answers: [UInt: Counter]
        let seconds: Timer
    }

    /// The first digits of the statuses that the interface answers with.
    private static let classes: [UInt] = [2, 3, 4, 5]

    /// By the heading under which a route is described.
    private let kinds: [String: Handles]

    init(_ factory: any MetricsFactory) {
        var kinds: [String: Handles] = [:]
        for kind in Set(RESTService.routes.map(\.operation.tag)) {
            var answers: [UInt: Counter] = [:]
            for digit in Self.classes {
                let labels = [("route", kind), ("status", "\(digit)xx")]
                answers[digit] = Counter(label: "caas_rest_requests_total", dimensions: labels, factory: factory)
            }
            let seconds = Timer(label: "caas_rest_seconds", dimensions: [("route", kind)], factory: factory)
            kinds[kind] = Handles(answers: answers, seconds: seconds)
        }
        self.kinds = kinds
    }

    /// A request was answered.
    func answered(_ route: RESTRoute, _ status: HTTPResponseStatus, after duration: Duration) {
        guard let handles = kinds[route.operation.tag] else { return }
        handles.answers[status.code / 100]?.increment()
        handles.seconds.recordNanoseconds(duration.nanoseconds)
    }
}

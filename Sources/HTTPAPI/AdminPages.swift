import CAASProtocol
import Gateway
import NIOCore
import NIOHTTP1

/// What only who runs the service should see: metrics, and details of the health.
package struct AdminPages: Sendable {
    private let health: Health
    private let metrics: @Sendable (_ isStoreWritable: Bool) async -> String

    /// - Parameters:
    ///   - isDraining: Whether the node takes no more connections.
    ///   - isStoreWritable: Whether a write would be taken now; to be answered within a second.
    ///   - metrics: Everything in Prometheus' text format 0.0.4.
    package init(
        isDraining: @escaping @Sendable () -> Bool,
        isStoreWritable: @escaping @Sendable () async -> Bool,
        metrics: @escaping @Sendable (_ isStoreWritable: Bool) async -> String
    ) {
        health = Health(isDraining: isDraining, isStoreWritable: isStoreWritable)
        self.metrics = metrics
    }

    func add(to routes: inout RouteTable) {
        routes.add(.GET, "/livez") { [health] _ in health.live }
        routes.add(.GET, "/readyz") { [health] request in
            request.head.uri.hasSuffix("?verbose") ? await health.details() : await health.ready()
        }
        routes.add(.GET, "/metrics") { [health, metrics] _ in
            var page = PlainResponse.word("")
            page.headers.replaceOrAdd(name: "Content-Type", value: "text/plain; version=0.0.4; charset=utf-8")
            page.body = ByteBuffer(string: await metrics(await health.isStoreWritable()))
            return page
        }
    }
}

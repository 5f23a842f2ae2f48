package import PrometheusExporter

/// Everything that `/metrics` serves; docs/metrics.md lists the same. Names are part of the interface.
extension MetricFamily {
    /// From a tenth of a millisecond to ten seconds, the server's budget for an answer.
    private static let seconds = Kind.histogram([
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])

    package static let table: [MetricFamily] = connections + frames + work + node

    private static let connections = [
        MetricFamily(
            "caas_connections",
            .gauge,
            ["transport", "tenant"],
            "Open sockets; the tenant is empty before a session."
        ),
        MetricFamily(
            "caas_connects_total",
            .counter,
            ["result"],
            "Attempts to open a socket, by how they ended."
        ),
        MetricFamily(
            "caas_refused_requests_total",
            .counter,
            ["status"],
            "HTTP requests that were refused before any route, by status."
        ),
        MetricFamily("caas_disconnects_total", .counter, ["code"], "Sockets that ended, by close code."),
        MetricFamily(
            "caas_auth_failures_total",
            .counter,
            ["reason"],
            "Tokens that were refused or did not come."
        ),
    ]

    private static let frames = [
        MetricFamily("caas_frames_total", .counter, ["type", "dir"], "Frames received and sent, by type."),
        MetricFamily(
            "caas_deflate_bytes_total",
            .counter,
            ["dir", "form"],
            "Bytes of compressed texts of WebSockets, as they are and as they cross; a text for many counts once."
        ),
        MetricFamily(
            "caas_file_bytes_total",
            .counter,
            ["dir"],
            "Bytes of files written as they came in, and read for those who download."
        ),
        MetricFamily("caas_errors_total", .counter, ["code", "reason"], "Errors that clients were told."),
        MetricFamily(
            "caas_ratelimited_total",
            .counter,
            ["bucket"],
            "Requests beyond a rate or a count, by what was used up."
        ),
        MetricFamily("caas_duplicates_total", .counter, "Requests with a known id, answered again without effect."),
        MetricFamily(
            "caas_outbound_queue_bytes",
            .gauge,
            "Bytes that wait for slow readers, as of the last half second."
        ),
        MetricFamily(
            "caas_dropped_frames_total",
            .counter,
            ["kind"],
            "Frames that readers who had fallen behind were spared, by kind."
        ),
        MetricFamily("caas_slow_consumers_total", .counter, "Connections cut because their client did not keep up."),
    ]

    private static let work = [
        MetricFamily("caas_ack_seconds", seconds, "From a frame's arrival to its answer, where the service decides."),
        MetricFamily(
            "caas_deliver_seconds",
            seconds,
            "From a commit to the sockets of its readers, once for each event loop and batch."
        ),
        MetricFamily(
            "caas_rest_requests_total",
            .counter,
            ["route", "status"],
            "Requests of the REST interface, by kind of route and of answer."
        ),
        MetricFamily(
            "caas_rest_seconds",
            seconds,
            ["route"],
            "From a whole request of the REST interface to its answer, by kind of route."
        ),
        MetricFamily("caas_commit_seconds", seconds, "Transactions of the store, the sync to disk included."),
        MetricFamily(
            "caas_commit_batch_size",
            .histogram([1, 2, 4, 8, 16, 32, 64, 128, 256]),
            "Requests in one transaction of the store."
        ),
        MetricFamily(
            "caas_loop_lag_seconds",
            seconds,
            "How late an event loop comes to what is due, asked twice a second."
        ),
    ]

    private static let node = [
        MetricFamily("caas_store_up", .gauge, "Whether the store takes transactions: 1 or 0."),
        MetricFamily("caas_wal_bytes", .gauge, "The size of the store's log on the disk."),
        MetricFamily("caas_fd_open", .gauge, "Open file descriptors of the process."),
        MetricFamily("caas_build_info", .gauge, ["version"], "Always 1; what runs stands in the label."),
    ]

    private init(_ name: String, _ kind: Kind, _ help: String) { self.init(name, kind, [], help) }
}

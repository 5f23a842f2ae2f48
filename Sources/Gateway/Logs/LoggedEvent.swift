package import Logging

/// What the log can say: a closed list, the one of docs/logs.md.
///
/// A line is an event and fields with values of ours; what a client sent never stands in it, but for the id of the user for whom
/// a backend's key acted.
package enum LoggedEvent: String, Sendable, CaseIterable {
    // The process.
    case ready
    case adminPortOpen = "admin_port_open"
    case stopping
    case stopped
    case dataNotChecked = "data_not_checked"
    case noIPv6Loopback = "no_ipv6_loopback"
    case pageMissing = "page_missing"
    // Failures of the service.
    case requestFailed = "request_failed"
    case httpRequestFailed = "http_request_failed"
    case keySetRefused = "key_set_refused"
    // Connections.
    case requestRefused = "request_refused"
    case connectRefused = "connect_refused"
    case tokenRefused = "token_refused"
    case sessionOpened = "session_opened"
    case rateLimited = "rate_limited"
    case slowConsumer = "slow_consumer"
    case connectionClosed = "connection_closed"
    // Backends.
    case adminAct = "admin_act"
    /// A line of a library, whose text is left out: nobody knows what it holds.
    case library

    package var level: Logger.Level {
        switch self {
        case .requestFailed, .httpRequestFailed, .keySetRefused: .error
        case .pageMissing: .warning
        case .ready, .adminPortOpen, .stopping, .stopped, .dataNotChecked, .adminAct: .notice
        case .noIPv6Loopback, .requestRefused, .connectRefused, .tokenRefused, .rateLimited, .slowConsumer: .info
        case .sessionOpened, .connectionClosed, .library: .debug
        }
    }

    /// The fields that a line may have beside time, level, event and `suppressed`.
    package var fields: [String] {
        switch self {
        case .ready: ["url", "version"]
        case .adminPortOpen, .noIPv6Loopback: ["port"]
        case .stopping: ["signal"]
        case .dataNotChecked: ["bytes"]
        case .stopped, .pageMissing: []
        case .requestFailed: ["traceId", "error"]
        case .httpRequestFailed, .keySetRefused: ["error"]
        case .requestRefused: ["status"]
        case .connectRefused: ["reason"]
        case .tokenRefused: ["connection", "reason"]
        case .sessionOpened, .slowConsumer: ["connection", "tenant"]
        case .rateLimited: ["connection", "tenant", "bucket"]
        case .connectionClosed: ["connection", "tenant", "code"]
        case .adminAct: ["act", "key", "tenant", "result", "asUser"]
        case .library: ["source", "line"]
        }
    }

    /// Lines of this event that are written in one second at most; nil writes all of them.
    var perSecond: Int? {
        switch self {
        case .requestFailed, .httpRequestFailed: 10
        case .requestRefused, .connectRefused, .tokenRefused, .sessionOpened, .rateLimited, .slowConsumer,
            .connectionClosed:
            1
        default: nil
        }
    }
}

extension Logger {
    /// Writes one line.
    ///
    /// - Parameter suppressed: Lines of the same event that were left out since the last one.
    package func event(
        _ event: LoggedEvent,
        _ fields: @autoclosure () -> Logger.Metadata = [:],
        suppressed: Int = 0
    ) {
        guard logLevel <= event.level else { return }
        var fields = fields()
        if suppressed > 0 { fields["suppressed"] = .stringConvertible(suppressed) }
        log(level: event.level, "\(event.rawValue)", metadata: fields)
    }
}

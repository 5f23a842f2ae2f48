package import CAASProtocol
package import Chat
package import CoreMetrics
package import Logging
import Synchronization

/// What log and metrics keep of requests that come by no socket: refusals, and what backends change.
package final class RequestLog: Sendable {
    private struct State {
        var sampler = LogSampler()
        var errors: ErrorCounters
        var tokens: RareCounters
    }

    private let logger: Logger
    /// Taken where a request was refused, which is rare.
    private let state: Mutex<State>

    /// - Parameter metrics: Where the values of metrics go; the default keeps none.
    package init(logger: Logger, metrics: any MetricsFactory = NOOPMetricsHandler.instance) {
        self.logger = logger
        let tokens = RareCounters("caas_auth_failures_total", "reason", factory: metrics)
        state = Mutex(State(errors: ErrorCounters(metrics), tokens: tokens))
    }

    /// A request was answered with an error.
    package func refused(_ error: SpecError) {
        let refusal: (event: LoggedEvent, fields: Logger.Metadata)? =
            switch error.code {
            case .authInvalid, .authRequired, .tokenExpired:
                (.tokenRefused, ["reason": "\(Self.reason(of: error))"])
            case .rateLimited: (.rateLimited, ["bucket": "\(ErrorCounters.bucket(of: error))"])
            default: nil
            }
        let suppressed = state.withLock { state in
            state.errors.count(error)
            if refusal?.event == .tokenRefused { state.tokens.count(Self.reason(of: error)) }
            return refusal.flatMap { state.sampler.admit($0.event, now: .now) }
        }
        if let refusal, let suppressed { logger.event(refusal.event, refusal.fields, suppressed: suppressed) }
    }

    /// A backend's key has changed something, or was refused: every one is written.
    ///
    /// - Parameters:
    ///   - act: What was asked for, by the name that it has in the description of the API.
    ///   - key: The key's id.
    ///   - actor: Who acted: the user that the key named, or the key by itself.
    ///   - error: Why it was refused; nil where it was done.
    package func acted(_ act: String, key: String, _ actor: Actor, error: SpecError?) {
        var fields: Logger.Metadata = [
            "act": "\(act)", "key": "\(key)", "tenant": "\(actor.user.tenant.rawValue)",
            "result": "\(error?.code.rawValue ?? "done")",
        ]
        if actor.isUser { fields["asUser"] = "\(actor.user.user.rawValue)" }
        logger.event(.adminAct, fields)
    }

    private static func reason(of error: SpecError) -> String {
        error.reason ?? (error.code == .tokenExpired ? "expired" : "missing")
    }
}

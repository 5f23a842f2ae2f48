import Logging
import Synchronization

/// Logs failures of ours under the id that the client was given: one a second, since a full disk fails every request.
final class FailureLog: Sendable {
    private let logger: Logger
    private let lastWritten = Mutex<ContinuousClock.Instant?>(nil)

    init(logger: Logger) {
        self.logger = logger
    }

    /// What the chat queue calls; the cause is the store's words, never a client's content.
    var report: @Sendable (_ traceID: String, any Error) -> Void {
        { traceID, error in
            guard self.isDue() else { return }
            self.logger.error(
                "request failed",
                metadata: ["caas.trace": "\(traceID)", "caas.error": "\(type(of: error)): \(error)"]
            )
        }
    }

    private func isDue() -> Bool {
        lastWritten.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < .seconds(1) { return false }
            last = now
            return true
        }
    }
}

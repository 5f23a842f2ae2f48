import Chat
package import Logging
import Synchronization

/// Logs failures of ours under the id that the client was given: ten a second, since a full disk fails every request.
package final class FailureLog: Sendable {
    private let logger: Logger
    private let sampler = Mutex(LogSampler())

    package init(logger: Logger) {
        self.logger = logger
    }

    /// What is called with each failure.
    ///
    /// The cause is the store's words; of anything else the type alone, since nobody knows what it was made from.
    package var report: @Sendable (_ traceID: String, any Error) -> Void {
        { traceID, error in
            guard let suppressed = self.sampler.withLock({ $0.admit(.requestFailed, now: .now) }) else { return }
            let cause = (error as? StorageError).map { "\($0)" } ?? "\(type(of: error))"
            self.logger.event(
                .requestFailed,
                ["traceId": "\(traceID)", "error": "\(cause)"],
                suppressed: suppressed
            )
        }
    }
}

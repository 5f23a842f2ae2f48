import CAASProtocol
import Chat
import Logging

/// The log of one event loop's connections: a flood of refusals is a line a second.
///
/// Confined to that loop.
final class LoopLog {
    private let logger: Logger
    private var sampler = LogSampler()

    init(_ logger: Logger) {
        self.logger = logger
    }

    func note(_ event: LoggedEvent, _ fields: @autoclosure () -> Logger.Metadata) {
        guard logger.logLevel <= event.level, let suppressed = sampler.admit(event, now: .now) else { return }
        logger.event(event, fields(), suppressed: suppressed)
    }

    /// The same about a connection; its tenant is there once it has a session.
    func note(_ event: LoggedEvent, _ connection: ChatEndpoint, _ fields: @autoclosure () -> Logger.Metadata = [:]) {
        note(event, connection.fields.merging(fields()) { first, _ in first })
    }
}

extension ChatEndpoint {
    /// What a line about this connection says of it.
    fileprivate var fields: Logger.Metadata {
        var fields: Logger.Metadata = ["connection": "\(id.loop)-\(id.number)"]
        if let tenant = session?.actor.user.tenant { fields["tenant"] = "\(tenant.rawValue)" }
        return fields
    }
}

import Chat
import Logging

/// What every connection of the node works with: shared, since each of them holds it.
final class ServiceContext: Sendable {
    let chat: ChatQueue
    let loops: [LoopReaders]
    let authority: any TokenVerifier
    let origins: OriginPolicy
    let settings: GatewaySettings
    let logger: Logger
    /// Logs a failure of ours under the id that the client is given.
    let report: @Sendable (_ traceID: String, any Error) -> Void
    /// The server's clock, Unix milliseconds.
    let clock: @Sendable () -> Int64

    init(
        chat: ChatQueue,
        loops: [LoopReaders],
        authority: any TokenVerifier,
        origins: OriginPolicy,
        settings: GatewaySettings,
        logger: Logger,
        report: @escaping @Sendable (_ traceID: String, any Error) -> Void,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.chat = chat
        self.loops = loops
        self.authority = authority
        self.origins = origins
        self.settings = settings
        self.logger = logger
        self.report = report
        self.clock = clock
    }

    /// The same for requests that name other hosts.
    func serving(_ origins: OriginPolicy) -> ServiceContext {
        ServiceContext(
            chat: chat,
            loops: loops,
            authority: authority,
            origins: origins,
            settings: settings,
            logger: logger,
            report: report,
            clock: clock
        )
    }
}

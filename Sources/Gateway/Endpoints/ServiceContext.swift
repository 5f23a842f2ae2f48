import Chat
import Logging

/// What every connection of the node works with.
struct ServiceContext: Sendable {
    let chat: ChatQueue
    let loops: [LoopReaders]
    let authority: any TokenVerifier
    var origins: OriginPolicy
    let settings: GatewaySettings
    let logger: Logger
    /// Logs a failure of ours under the id that the client is given.
    let report: @Sendable (_ traceID: String, any Error) -> Void
    /// The server's clock, Unix milliseconds.
    let clock: @Sendable () -> Int64
}

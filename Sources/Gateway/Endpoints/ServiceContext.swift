import Chat
import Logging

/// What every connection of the node works with.
struct ServiceContext: Sendable {
    let chat: ChatQueue
    let authority: TokenAuthority
    let origins: OriginPolicy
    let settings: GatewaySettings
    let logger: Logger
    /// The server's clock, Unix milliseconds.
    let clock: @Sendable () -> Int64
}

package import CAASProtocol
package import Chat
package import Logging
package import NIOCore
import NIOPosix

/// The front of the service: one port for sockets and HTTP.
package final class Gateway: Sendable {
    private let group: any EventLoopGroup
    private let core: GatewayCore
    private let loops: [LoopReaders]
    private let chat: ChatQueue
    private let listeners: Listeners

    /// - Parameter clock: the server's clock, Unix milliseconds.
    package init(
        group: any EventLoopGroup,
        storage: any Storage,
        chatSettings: ChatSettings,
        settings: GatewaySettings,
        tenants: [TenantSettings],
        authority: TokenAuthority,
        responder: any PlainResponder,
        logger: Logger,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.group = group
        loops = group.makeIterator().enumerated().map { LoopReaders(eventLoop: $1, number: $0) }
        let report = FailureLog(logger: logger).report
        chat = ChatQueue(
            storage: storage,
            settings: chatSettings,
            sink: FanOut(loops: loops, clock: clock),
            clock: clock,
            report: report
        )
        let service = ServiceContext(
            chat: chat,
            authority: authority,
            origins: OriginPolicy(settings: settings, tenants: tenants),
            settings: settings,
            logger: logger,
            report: report,
            clock: clock
        )
        core = GatewayCore(service: service, responder: responder)
        listeners = Listeners(group: group, core: core, loops: loops)
    }

    /// Whether the node takes no more connections.
    package var isDraining: Bool { core.isDraining }

    /// Whether the store takes transactions: asked of the store itself, and false where it does not say so in a second.
    package func isStoreWritable() async -> Bool {
        let promise = group.next().makePromise(of: Bool.self)
        let timeout = promise.futureResult.eventLoop.scheduleTask(in: .seconds(1)) { promise.succeed(false) }
        chat.probe { isWritable in
            timeout.cancel()
            promise.succeed(isWritable)
        }
        return (try? await promise.futureResult.get()) ?? false
    }

    /// Asks the service without a connection, see ``ChatQueue/perform(_:as:frame:)``.
    package func perform(_ command: ChatRequest.Command, as actor: Actor, frame: FrameID) async -> Acknowledgement {
        await chat.perform(command, as: actor, frame: frame)
    }

    /// Binds, and serves from then on.
    ///
    /// - Returns: the port, which the system picks where `port` is 0.
    package func start(host: String, port: Int) async throws -> Int {
        for loop in loops { loop.startTicking() }
        return try await listeners.bind(host: host, port: port)
    }

    /// Ends cleanly: no new connections, everything taken is answered, clients are told to come back (R68).
    package func stop() async {
        core.beginDraining()
        await listeners.close()
        for loop in loops { loop.drain(share: 1 / Double(loops.count)) }
        let timeout = TimeAmount(core.settings.drainTimeout)
        for empty in loops.map({ $0.becameEmpty(within: timeout) }) { try? await empty.get() }
        chat.close()
    }
}

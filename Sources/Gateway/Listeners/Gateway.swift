package import CAASProtocol
package import Chat
package import CoreMetrics
package import Logging
package import NIOCore
import NIOPosix

/// The front of the service: one port for sockets and HTTP.
package final class Gateway: Sendable {
    private let group: any EventLoopGroup
    let core: GatewayCore
    private let loops: [LoopReaders]
    private let chat: ChatQueue
    private let probe: StoreProbe
    private let listeners: Listeners
    private let adminListeners: Listeners?

    /// - Parameters:
    ///   - blobs: Keeps the bytes of files; the default keeps them in memory.
    ///   - adminResponder: Answers what comes by the admin port; nil where there is none.
    ///   - metrics: Where the values of metrics go; the default keeps none.
    ///   - clock: the server's clock, Unix milliseconds.
    package init(
        group: any EventLoopGroup,
        storage: any Storage,
        blobs: any BlobStorage = InMemoryBlobs(),
        chatSettings: ChatSettings,
        settings: GatewaySettings,
        tenants: [TenantSettings],
        authority: any TokenVerifier,
        responder: any PlainResponder,
        adminResponder: (any PlainResponder)? = nil,
        logger: Logger,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.group = group
        let tenantIDs = tenants.map(\.id)
        let board = CongestionBoard()
        loops = group.makeIterator().enumerated().map { number, loop in
            let metrics = LoopMetrics(tenants: tenantIDs, factory: metrics)
            return LoopReaders(
                eventLoop: loop,
                number: number,
                metrics: metrics,
                board: board,
                compression: settings.compression,
                logger: logger
            )
        }
        let report = FailureLog(logger: logger).report
        chat = ChatQueue(
            storage: storage,
            blobs: blobs,
            settings: chatSettings,
            sink: FanOut(loops: loops, clock: clock),
            clock: clock,
            metrics: ChatMetrics(factory: metrics),
            report: report
        )
        probe = StoreProbe(chat)
        let service = ServiceContext(
            chat: chat,
            loops: loops,
            authority: authority,
            origins: OriginPolicy(settings: settings, tenants: tenants),
            settings: settings,
            logger: logger,
            report: report,
            clock: clock
        )
        core = GatewayCore(service: service, responder: responder)
        listeners = Listeners(group: group, core: core, loops: loops)
        adminListeners = adminResponder.map { [loops] responder in
            let core = GatewayCore(service: service.serving(.loopback), responder: responder, hasSockets: false)
            return Listeners(group: group, core: core, loops: loops)
        }
    }

    /// Whether the node takes no more connections.
    package var isDraining: Bool { core.isDraining }

    /// Whether the store takes transactions: asked of the store itself, and false where it does not say so in a second.
    package func isStoreWritable() async -> Bool {
        await probe.isWritable(on: group.next())
    }

    /// Asks the service without a connection, see ``ChatQueue/perform(_:as:frame:)``.
    package func perform(_ command: ChatRequest.Command, as actor: Actor, frame: FrameID) async -> Acknowledgement {
        await chat.perform(command, as: actor, frame: frame)
    }

    /// Files by HTTP.
    package var files: any FileTransfer { chat }

    /// Binds, and serves from then on.
    ///
    /// - Returns: the port, which the system picks where `port` is 0.
    package func start(host: String, port: Int) async throws -> Int {
        for loop in loops { loop.startTicking() }
        return try await listeners.bind(host: host, port: port)
    }

    /// Binds the admin port, which only this machine reaches, and answers there from then on.
    ///
    /// - Returns: the port, which the system picks where `port` is 0; nil where there is no admin port.
    package func startAdmin(port: Int) async throws -> Int? {
        try await adminListeners?.bind(host: "127.0.0.1", port: port)
    }

    /// Ends cleanly: no new connections, everything taken is answered, clients are told to come back (R68).
    package func stop() async {
        core.beginDraining()
        await listeners.close()
        await adminListeners?.close()
        for loop in loops { loop.drain(share: 1 / Double(loops.count)) }
        let timeout = TimeAmount(core.settings.drainTimeout)
        for empty in loops.map({ $0.becameEmpty(within: timeout) }) { try? await empty.get() }
        chat.close()
    }
}

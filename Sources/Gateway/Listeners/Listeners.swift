import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The sockets that new connections come in by.
final class Listeners: Sendable {
    /// Bytes that a channel holds for a peer before it says that it takes no more.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 128 * 1024)

    private let group: any EventLoopGroup
    private let core: GatewayCore
    private let loops: [ObjectIdentifier: LoopReaders]
    private let channels = Mutex<[any Channel]>([])

    init(group: any EventLoopGroup, core: GatewayCore, loops: [LoopReaders]) {
        self.group = group
        self.core = core
        self.loops = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    /// Binds `host`; `localhost` is 127.0.0.1 and, where there is one, ::1 on the same port.
    ///
    /// - Returns: the port bound.
    func bind(host: String, port: Int) async throws -> Int {
        guard host == "localhost" else { return try await listen(host, port) }
        // A picked port may be taken on the other address: then another one is picked.
        for _ in 0..<16 {
            let bound = try await listen("127.0.0.1", port)
            do {
                return try await listen("::1", bound)
            } catch let error as IOError where error.errnoCode == EADDRINUSE && port == 0 {
                await close()
            } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL || error.errnoCode == EAFNOSUPPORT {
                core.logger.event(.noIPv6Loopback, ["port": .stringConvertible(bound)])
                return bound
            }
        }
        throw IOError(errnoCode: EADDRINUSE, reason: "no port is free on both loopback addresses")
    }

    /// Takes no more connections.
    func close() async {
        let open = channels.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in open { try? await channel.close() }
    }

    /// Lets a new connection in, or sends it away.
    static func accept(_ channel: any Channel, core: GatewayCore, loop: LoopReaders) throws {
        guard let pass = core.admission.enter(channel.remoteAddress) else {
            loop.metrics.connected(.admission)
            loop.log.note(.connectRefused, ["reason": "sockets"])
            return try channel.pipeline.syncOperations.addHandler(RefusedConnection(core.admission))
        }
        channel.closeFuture.assumeIsolated().whenComplete { _ in pass.leave() }
        try HTTPPipeline.configure(channel, gateway: core, loop: loop, pass: pass)
    }

    private func listen(_ host: String, _ port: Int) async throws -> Int {
        let (core, loops) = (core, loops)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: Self.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else {
                        preconditionFailure("the group's loops are the ones we know")
                    }
                    try Self.accept(channel, core: core, loop: loop)
                }
            }
            .bind(host: host, port: port)
            .get()
        channels.withLock { $0.append(channel) }
        return channel.localAddress?.port ?? port
    }
}

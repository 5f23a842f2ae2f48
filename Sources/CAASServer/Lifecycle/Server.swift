import BlobDirectory
import Chat
import Foundation
import Gateway
import HTTPAPI
package import Logging
import NIOCore
import NIOPosix
import StorageSQLite
import UnixSignals

/// One node: the store, the gateway and what they need, from the first byte read to the last one written.
package struct Server: Sendable {
    /// The release; `CHANGELOG.md` says what each brought.
    package static let version = "0.1.0"

    private let configuration: ServerConfiguration
    private var logger: Logger

    /// - Parameter logger: Nil writes to standard error as the configuration says.
    package init(_ configuration: ServerConfiguration, logger: Logger? = nil) {
        self.configuration = configuration
        self.logger = logger ?? Logger(label: "caas") { _ in LineLogHandler(configuration.effectiveLogFormat) }
        self.logger.logLevel = configuration.logLevel
    }

    /// Serves until SIGTERM or SIGINT, and then ends cleanly: nothing acknowledged is lost.
    ///
    /// - Parameter announce: Given `caas ready http://HOST:PORT` once connections are accepted. What it throws ends the node as
    ///   cleanly as a signal does, and is thrown again.
    package func run(announce: (String) throws -> Void) async throws {
        let logger = logger
        OpenFiles.raiseLimit()
        // A peer or a pipe that is gone is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let tenants = try configuration.tenantSettings()
        let chatSettings = try configuration.chatSettingsWithSecrets()
        var settings = configuration.gatewaySettings
        let storage = try SQLiteStorage(directory: configuration.dataDirectory)
        if case .skipped(let bytes) = storage.inspection {
            logger.event(.dataNotChecked, ["bytes": .stringConvertible(bytes)])
        }
        KnownTenants.note(tenants.map(\.id), inData: configuration.dataDirectory)
        // A reader that is open already needs no descriptor when there is none left.
        try storage.read { _ in }
        let authority = try await TokenAuthority(tenants: tenants, lifetime: settings.tokenLifetime) { error in
            logger.event(.keySetRefused, ["error": "\(error)"])
        }
        // One loop for each core that this process may use, which a container may have made fewer.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: ProcessInfo.processInfo.activeProcessorCount)
        settings.admission.sockets = OpenFiles.socketLimit()
        let links = FileLinks(
            key: try SecretFile.readOrMake("file-links-key", inData: configuration.dataDirectory),
            publicURL: configuration.publicURL
        )
        let node = Node()
        let metrics = NodeMetrics(version: Self.version)
        let admin = AdminPages(
            isDraining: { node.gateway?.isDraining ?? true },
            isStoreWritable: { await node.gateway?.isStoreWritable() ?? false },
            metrics: { isStoreWritable in
                let facts = NodeMetrics.Facts(
                    isStoreWritable: isStoreWritable,
                    logBytes: storage.logBytes,
                    openFiles: OpenFiles.count()
                )
                return metrics.page(facts)
            }
        )
        let gateway = Gateway(
            group: group,
            storage: storage,
            blobs: try BlobDirectory(configuration.dataDirectory + "/files"),
            chatSettings: chatSettings,
            settings: settings,
            tenants: tenants,
            authority: authority,
            responder: HTTPAPI(
                environment: settings.environment,
                authority: authority,
                rest: Self.rest(settings, tenants, authority, storage, node, metrics, logger, links),
                compression: settings.compression,
                logger: logger,
                isDraining: { node.gateway?.isDraining ?? true },
                isStoreWritable: { await node.gateway?.isStoreWritable() ?? false },
                admin: configuration.ownAdminPort == nil ? admin : nil,
                script: try configuration.socketIOClientFile.map { try ScriptFile(path: $0, settings.compression) },
                clock: { Self.now() }
            ),
            adminResponder: configuration.ownAdminPort.map { _ in AdminAPI(pages: admin, logger: logger) },
            logger: logger,
            metrics: metrics.registry,
            clock: { Self.now() }
        )
        node.gateway = gateway
        if let port = configuration.ownAdminPort {
            let bound = try await Self.bind("127.0.0.1", port) { try await gateway.startAdmin(port: port) }
            logger.event(.adminPortOpen, ["port": .stringConvertible(bound ?? port)])
        }
        let port = try await Self.bind(configuration.host, configuration.port) {
            try await gateway.start(host: configuration.host, port: configuration.port)
        }
        let url = Self.url(host: configuration.host, port: port)
        let announced = Result { try announce("caas ready \(url)") }
        if case .success = announced {
            logger.event(.ready, ["url": "\(url)", "version": "\(Self.version)"])
            for await signal in signals {
                logger.event(.stopping, ["signal": "\(signal)"])
                break
            }
        }
        await gateway.stop()
        try storage.close()
        logger.event(.stopped)
        try announced.get()
    }

    /// Says whose port it is that somebody else has.
    private static func bind<Port>(_ host: String, _ port: Int, _ bind: () async throws -> Port) async throws -> Port {
        do {
            return try await bind()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ConfigurationError(["Port \(port) of \(host) is in use."])
        }
    }

    private static func url(host: String, port: Int) -> String {
        let name = host == "localhost" ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)"
    }

    /// The server's clock: Unix milliseconds.
    static func now() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000)
    }
}

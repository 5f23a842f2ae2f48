import CAASProtocol
package import Gateway
import Hummingbird
package import Logging
package import NIOHTTP1

/// Everything on the port that is no socket: health, REST, and in development the sign-in and the page.
///
/// Hosts and origins were checked before (R55).
package struct HTTPAPI: PlainResponder {
    private let router: RouterResponder<APIContext>
    /// The paths that have a route, with the names of their ids in braces.
    package let paths: Set<String>
    private let logger: Logger

    /// - Parameters:
    ///   - authority: Signs the tokens of the development sign-in.
    ///   - rest: The routes for backends and users.
    ///   - compression: Told by the development sign-in.
    ///   - isDraining: Whether the node takes no more connections.
    ///   - isStoreWritable: Whether a write would be taken now; to be answered within a second.
    ///   - admin: The admin port's pages, where they are on this port.
    ///   - script: The client of Socket.IO that pages may load from here.
    ///   - clock: The server's clock, Unix milliseconds.
    package init(
        environment: GatewaySettings.Environment,
        authority: TokenAuthority,
        rest: RESTService,
        compression: CompressionSettings,
        logger: Logger,
        isDraining: @escaping @Sendable () -> Bool,
        isStoreWritable: @escaping @Sendable () async -> Bool,
        admin: AdminPages? = nil,
        script: ScriptFile? = nil,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.logger = logger
        let router = Router(context: APIContext.self)
        var routes = RouteTable()
        if let admin {
            admin.add(to: &routes)
        } else {
            let health = Health(isDraining: isDraining, isStoreWritable: isStoreWritable)
            routes.add(.GET, "/livez") { _ in health.live }
            routes.add(.GET, "/readyz") { _ in await health.ready() }
        }
        rest.add(to: &routes)
        routes.add(.GET, "/openapi.json") { _ in
            var document = PlainResponse.json(OpenAPIDocument.bytes)
            document.headers.replaceOrAdd(name: "Cache-Control", value: "no-cache")
            return document
        }
        routes.add(.GET, "/socket.io/socket.io.js") { request in script?.respond(to: request) ?? ScriptFile.missing }
        if environment == .development {
            let signIn = DevelopmentSignIn(authority: authority, compression: compression, clock: clock)
            routes.add(.POST, "/v1/dev/token") { request in try await signIn.respond(to: request) }
            Self.addPage(to: &routes, logger)
        }
        routes.install(in: router)
        paths = Set(router.routes.map(\.path.description))
        self.router = router.buildResponder()
    }

    /// The page is a convenience: a program that was moved without its files serves everything else.
    private static func addPage(to routes: inout RouteTable, _ logger: Logger) {
        do {
            let console = try Console()
            routes.add(.GET, "/") { request in try console.file("index.html", for: request) }
            for name in console.names {
                routes.add(.GET, "/console/\(name)") { request in try console.file(name, for: request) }
            }
        } catch {
            logger.event(.pageMissing)
        }
    }

    package func takesStream(_ head: HTTPRequestHead) -> Bool {
        head.method == .PUT && head.uri.hasPrefix("/v1/files/")
    }

    package func respond(to request: PlainRequest) async throws -> PlainResponse {
        try await router.answer(request, logger: logger)
    }
}

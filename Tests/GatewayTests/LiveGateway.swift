import CAASClient
import CAASProtocol
import Chat
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import Gateway

/// A gateway on a port of this machine, with the tenant acme, for as long as the body runs.
struct LiveGateway {
    /// The service's clock, Unix milliseconds.
    static let now: Int64 = 1_700_000_000_000

    let gateway: Gateway
    let port: Int
    let tenant: TenantID
    private let authority: TokenAuthority

    static func run(
        storage: any Storage = InMemoryStorage(),
        chat: ChatSettings = ChatSettings(),
        settings: GatewaySettings = GatewaySettings(),
        _ body: (LiveGateway) async throws -> Void
    ) async throws {
        let tenant = TenantSettings(id: try #require(TenantID("acme")), secret: Array(repeating: 7, count: 32))
        let authority = try await TokenAuthority(tenants: [tenant], lifetime: .seconds(3_600))
        let gateway = Gateway(
            group: MultiThreadedEventLoopGroup.singleton,
            storage: storage,
            chatSettings: chat,
            settings: settings,
            tenants: [tenant],
            authority: authority,
            responder: NobodyAnswers(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { Self.now }
        )
        let port = try await gateway.start(host: "127.0.0.1", port: 0)
        do {
            try await body(LiveGateway(gateway: gateway, port: port, tenant: tenant.id, authority: authority))
        } catch {
            await gateway.stop()
            throw error
        }
        await gateway.stop()
    }

    func connect(_ user: String, limits: ClientLimits = ClientLimits()) async throws -> CAASConnection {
        let token = try await authority.sign(
            user: try #require(UserID(user)),
            tenant: tenant,
            expiresIn: .seconds(600),
            now: Self.now
        ).token
        return try await CAASClient.connect(to: "http://127.0.0.1:\(port)", token: token, limits: limits)
    }
}

private struct NobodyAnswers: PlainResponder {
    func respond(to request: PlainRequest) async throws -> PlainResponse { PlainResponse(status: .notFound) }
}

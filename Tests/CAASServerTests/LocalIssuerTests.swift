import CAASProtocol
import CAASServer
import Chat
import Gateway
import Testing

@Suite("Tokens made beside a service") struct LocalIssuerTests {
    /// Unix milliseconds.
    static let now: Int64 = 1_700_000_000_000

    @Test func `a token made with the data directory's secret opens that service`() async throws {
        let directory = try TemporaryDirectory()
        var configuration = ServerConfiguration()
        configuration.dataDirectory = directory.path + "/data"
        configuration.audience = "caas-socket"
        configuration.issuer = "https://id.example"
        let tenants = try configuration.tenantSettings()
        let service = try await TokenAuthority(tenants: tenants, lifetime: configuration.tokenLifetime)
        let token = try await LocalIssuer(file: nil, data: configuration.dataDirectory).token(
            user: try #require(UserID("alice")),
            tenant: try #require(TenantID("default")),
            name: "Alice",
            scope: "chat:read",
            audience: "caas-socket",
            issuer: "https://id.example",
            expiresIn: .seconds(60),
            now: Self.now
        )
        let verified = try await service.verify(token, now: Self.now).get()
        #expect(verified.user.rawValue == "alice")
        #expect(verified.name == "Alice")
        #expect(verified.scopes == .chatRead)
        #expect(verified.expiresAt == Self.now + 60_000)
    }

    @Test func `a secret file goes before the data directory`() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("s", String(repeating: "s", count: 32))
        _ = try LocalIssuer(file: file, data: "/nowhere")
    }

    @Test func `where no service has started there is no secret, and none is made`() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: ConfigurationError.self) { try LocalIssuer(file: nil, data: directory.path) }
        #expect(error?.description.contains("caas serve") == true)
        #expect(throws: (any Error).self) { try directory.mode("jwt-secret") }
    }
}

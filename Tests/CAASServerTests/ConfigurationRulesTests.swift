import CAASProtocol
import CAASServer
import Chat
import Foundation
import Gateway
import Testing

@Suite("Configuration: what is refused") struct ConfigurationRulesTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        var what: String
        var change: @Sendable (inout ServerConfiguration) -> Void
        var expected: String
        var testDescription: String { what }
    }

    static let rules: [Rule] = [
        Rule(what: "no secret", change: { $0.jwtSecretFile = nil }, expected: "Production needs a secret"),
        Rule(what: "no audience", change: { $0.audience = nil }, expected: "Production needs an audience"),
        Rule(what: "no rate limits", change: { $0.noRateLimits = true }, expected: "Production keeps its rate limits"),
        Rule(what: "an echo", change: { $0.conformance = true }, expected: "Production has no echo"),
        Rule(what: "a host with a port", change: { $0.host = "a.example:80" }, expected: "`host` must be"),
        Rule(what: "a host that is a URL", change: { $0.host = "http://a" }, expected: "`host` must be"),
        Rule(
            what: "a public host with a scheme",
            change: { $0.publicHosts = ["https://a.example"] },
            expected: "`publicHosts` must be"
        ),
        Rule(what: "any origin", change: { $0.allowedOrigins = ["*"] }, expected: "`allowedOrigins` must be"),
        Rule(
            what: "any origin of a domain",
            change: { $0.allowedOrigins = ["https://*.example"] },
            expected: "`allowedOrigins` must be"
        ),
        Rule(
            what: "an origin with a path",
            change: { $0.allowedOrigins = ["https://a.example/chat"] },
            expected: "`allowedOrigins` must be"
        ),
        Rule(
            what: "an origin without a scheme",
            change: { $0.allowedOrigins = ["a.example"] },
            expected: "`allowedOrigins` must be"
        ),
    ]

    /// CVE-2026-32301.
    @Test(arguments: rules)
    func `production refuses what is unsafe or makes no sense`(_ rule: Rule) throws {
        let directory = try TemporaryDirectory()
        var configuration = try Self.production(directory)
        try configuration.check()
        rule.change(&configuration)
        let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.hasPrefix(rule.expected) == true)
    }

    @Test(arguments: [
        "https://a.example", "https://a.example:8443/", "http://[::1]:3000", "null", "capacitor://localhost",
    ])
    func `origins are listed one by one`(_ origin: String) throws {
        let directory = try TemporaryDirectory()
        var configuration = try Self.production(directory)
        configuration.allowedOrigins = [origin]
        try configuration.check()
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.1.2", "chat.example", "127.0.0.1.example", "128.0.0.1"])
    func `development on an address that others reach wants to be told so`(_ host: String) throws {
        var configuration = ServerConfiguration()
        configuration.host = host
        #expect(throws: ConfigurationError.self) { try configuration.check() }
        configuration.allowRemoteDevelopment = true
        try configuration.check()
    }

    @Test(arguments: ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
    func `development on this machine alone needs nothing`(_ host: String) throws {
        var configuration = ServerConfiguration()
        configuration.host = host
        try configuration.check()
    }

    @Test func `creation depends on the environment, until it is said`() throws {
        var configuration = ServerConfiguration()
        #expect(configuration.chatSettings.creation == .all)
        #expect(configuration.chatSettings.autoCreateOnJoin)
        configuration.environment = .production
        #expect(configuration.chatSettings.creation == .direct)
        #expect(!configuration.chatSettings.autoCreateOnJoin)
        configuration.createPolicy = ChatSettings.Creation.none
        configuration.autoCreateOnJoin = true
        #expect(configuration.chatSettings.creation == .none)
        #expect(configuration.chatSettings.autoCreateOnJoin)
    }

    @Test func `without rate limits neither part counts`() {
        var configuration = ServerConfiguration()
        #expect(configuration.gatewaySettings.countsRates && configuration.chatSettings.countsRates)
        configuration.noRateLimits = true
        #expect(!configuration.gatewaySettings.countsRates && !configuration.chatSettings.countsRates)
    }

    @Test func `tenants have secrets, audiences, issuers and origins of their own`() async throws {
        let directory = try TemporaryDirectory()
        let (a, b) = (
            try directory.file("a", Self.secret("a") + "\n"), try directory.file("b", Self.secret("b") + "\n")
        )
        let file = try directory.file(
            "c.json",
            """
            {"audience":"common","issuer":"all","allowedOrigins":["https://all.example"],"tenants":[
            {"id":"a","jwtSecretFile":"\(a)","audience":"own","issuer":"a","allowedOrigins":["https://a.example"]},
            {"id":"b","jwtSecretFile":"\(b)"}]}
            """
        )
        let tenants = try await ServerConfiguration.load(file: file).tenantSettings()
        #expect(tenants.map(\.id.rawValue) == ["a", "b"])
        #expect(tenants.map(\.keys) == [.secret(Array(Self.secret("a").utf8)), .secret(Array(Self.secret("b").utf8))])
        #expect(tenants.map(\.audience) == ["own", "common"])
        #expect(tenants.map(\.issuer) == ["a", "all"])
        #expect(
            tenants.map(\.allowedOrigins) == [["https://all.example", "https://a.example"], ["https://all.example"]]
        )
    }

    @Test func `a tenant is listed once, and never shares its secret`() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.file("a", Self.secret("a"))
        let other = try directory.file("b", Self.secret("b"))
        var configuration = ServerConfiguration()
        let (a, b) = (try #require(TenantID("a")), try #require(TenantID("b")))
        configuration.tenants = [TenantEntry(id: a, jwtSecretFile: file), TenantEntry(id: a, jwtSecretFile: other)]
        #expect(throws: ConfigurationError(["The tenant `a` is listed twice."])) { try configuration.check() }
        configuration.tenants[1] = TenantEntry(id: b, jwtSecretFile: file)
        #expect(throws: ConfigurationError(["The tenants `a` and `b` have the same secret."])) {
            try configuration.check()
        }
        configuration.tenants[1].jwtSecretFile = other
        try configuration.check()
        configuration.jwtSecretFile = file
        #expect(throws: ConfigurationError.self) { try configuration.check() }
    }

    @Test func `public keys stand in place of a secret`() throws {
        let directory = try TemporaryDirectory()
        var configuration = try Self.production(directory)
        configuration.jwksFile = try directory.file("keys", Self.keySet("A"), mode: 0o644)
        let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
        #expect(error?.problems == ["`jwtSecretFile` and `jwksFile` both say how tokens are signed: set one of them."])
        configuration.jwtSecretFile = nil
        try configuration.check()
        let keys = try configuration.tenantSettings().map(\.keys)
        #expect(keys == [.keySet(KeySetFile(directory.path + "/keys"))])
    }

    @Test func `development with public keys makes no secret`() throws {
        let directory = try TemporaryDirectory()
        var configuration = ServerConfiguration()
        configuration.dataDirectory = directory.path + "/data"
        configuration.jwksFile = try directory.file("keys", Self.keySet("A"))
        _ = try configuration.tenantSettings()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["keys"])
    }

    @Test(arguments: [
        (#"{"keys":[]}"#, 0o644, "has no key for signatures."), ("{}", 0o644, "is no key set"),
        (keySet("A"), 0o666, "can be changed by others"),
        (#"{"keys":[{"kty":"oct","k":"AA"}]}"#, 0o600, "key 1 is a private"),
    ])
    func `a key set that is of no use is refused before the start`(_ text: String, _ mode: Int, _ naming: String) throws
    {
        let directory = try TemporaryDirectory()
        var configuration = try Self.production(directory)
        configuration.jwtSecretFile = nil
        let file = try directory.file("keys", text, mode: mode)
        configuration.jwksFile = file
        let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
        #expect(error?.problems.count == 1)
        #expect(error?.description.contains(file) == true && error?.description.contains(naming) == true)
    }

    @Test func `tenants have a secret or public keys, and no key is in two tenants`() throws {
        let directory = try TemporaryDirectory()
        let secret = try directory.file("s", Self.secret("s"))
        let (one, other) = (try directory.file("1", Self.keySet("A")), try directory.file("2", Self.keySet("B")))
        let same = try directory.file("3", Self.keySet("A", id: "another"))
        let ids = try ["a", "b", "c"].map { try #require(TenantID($0)) }
        var configuration = ServerConfiguration()
        configuration.tenants = [
            TenantEntry(id: ids[0], jwtSecretFile: secret), TenantEntry(id: ids[1], jwksFile: one),
            TenantEntry(id: ids[2], jwksFile: other),
        ]
        try configuration.check()
        configuration.tenants[2].jwksFile = same
        #expect(throws: ConfigurationError(["The tenants `b` and `c` have the same public key."])) {
            try configuration.check()
        }
        configuration.tenants[2].jwksFile = nil
        #expect(throws: ConfigurationError(["The tenant `c` has neither a secret nor public keys."])) {
            try configuration.check()
        }
        configuration.tenants.removeLast()
        configuration.jwksFile = other
        #expect(throws: ConfigurationError.self) { try configuration.check() }
    }

    /// A set of one key, which nobody has the private half of.
    static func keySet(_ letter: String, id: String = "k") -> String {
        let x = String(repeating: letter, count: 42) + "A"
        return #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"\#(id)","x":"\#(x)"}]}"#
    }

    static func secret(_ letter: String) -> String {
        String(repeating: letter, count: 32)
    }

    static func production(_ directory: TemporaryDirectory) throws -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.environment = .production
        configuration.host = "0.0.0.0"
        configuration.audience = "caas-socket"
        configuration.jwtSecretFile = try directory.file("secret", secret("s"))
        return configuration
    }
}

import CAASProtocol
import Testing

@testable import Gateway

@Suite("Host and Origin, R55") struct OriginPolicyTests {
    private func policy(
        _ environment: GatewaySettings.Environment,
        publicHosts: [String] = [],
        origins: [String] = []
    ) throws -> OriginPolicy {
        var settings = GatewaySettings()
        settings.environment = environment
        settings.publicHosts = publicHosts
        let tenant = TenantSettings(id: try #require(TenantID("acme")), secret: [], allowedOrigins: origins)
        return OriginPolicy(settings: settings, tenants: [tenant])
    }

    @Test(arguments: [
        "localhost", "localhost:8080", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "127.1.2.3", "[::1]:8080",
        "app.localhost:80",
    ])
    func `development answers to loopback names`(host: String) throws {
        #expect(try policy(.development).check(hosts: [host], origins: []) == .allowed(origin: nil))
    }

    @Test(arguments: [
        "example.com", "127.0.0.1.example.com", "localhost.example.com", "127.0.0.256", "10.0.0.1", "[::2]:1",
        "127.0.0", "notlocalhost", "[::1]evil.com", "localhost:evil", "[::1",
    ])
    func `development answers to no other name`(host: String) throws {
        #expect(try policy(.development).check(hosts: [host], origins: []) == .misdirected)
    }

    @Test func `a request without a host, or with two, is bad`() throws {
        #expect(try policy(.development).check(hosts: [], origins: []) == .badRequest)
        #expect(try policy(.development).check(hosts: ["localhost", "localhost"], origins: []) == .badRequest)
        #expect(try policy(.development).check(hosts: ["localhost"], origins: ["a", "b"]) == .badRequest)
    }

    @Test func `production answers to its public hosts, or to any where none is set`() throws {
        let named = try policy(.production, publicHosts: ["Chat.example.com"])
        #expect(named.check(hosts: ["chat.example.com:443"], origins: []) == .allowed(origin: nil))
        #expect(named.check(hosts: ["other.example.com"], origins: []) == .misdirected)
        #expect(try policy(.production).check(hosts: ["any.example.com"], origins: []) == .allowed(origin: nil))
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", true), ("https://127.0.0.1:8080", true), ("http://localhost:3000", true),
        ("http://[::1]:5173", true), ("https://example.com", false), ("null", false),
        ("http://127.0.0.1.evil.com", false),
    ])
    func `development takes its own and loopback origins`(origin: String, isAllowed: Bool) throws {
        let verdict = try policy(.development).check(hosts: ["127.0.0.1:8080"], origins: [origin])
        #expect(verdict == (isAllowed ? .allowed(origin: nil) : .forbidden))
    }

    /// CVE-2019-13611, CVE-2020-28481, CVE-2022-42975, CVE-2023-3581.
    @Test(arguments: [
        ("https://app.example.com", true), ("HTTPS://App.Example.com:443/", true), ("http://app.example.com", false),
        ("https://app.example.com:8443", false), ("https://app.example.com.evil.com", false),
        ("https://evilapp.example.com", false), ("null", false), ("http://localhost:3000", false),
        ("capacitor://localhost", true),
    ])
    func `production takes listed origins exactly, and leaves the last word to the tenant`(
        origin: String,
        isAllowed: Bool
    ) throws {
        let policy = try policy(.production, origins: ["https://app.example.com/", "capacitor://localhost"])
        let verdict = policy.check(hosts: ["chat.example.com"], origins: [origin])
        guard isAllowed else {
            #expect(verdict == .forbidden)
            return
        }
        guard case .allowed(let left) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(policy.allows(left, tenant: try #require(TenantID("acme"))))
        #expect(!policy.allows(left, tenant: try #require(TenantID("other"))))
    }
}

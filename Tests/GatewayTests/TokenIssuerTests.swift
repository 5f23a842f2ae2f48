import CAASProtocol
import Chat
import Gateway
import Testing

@Suite("The issuer of tokens, R56") struct TokenIssuerTests {
    private typealias Tokens = TokenAuthorityTests

    /// A tenant `a` that takes tokens of one issuer.
    private static func authority() async throws -> TokenAuthority {
        var tenant = try Tokens.tenant("a")
        tenant.issuer = "https://id.example/"
        return try await TokenAuthority(tenants: [tenant], lifetime: .seconds(86_400))
    }

    private static func token(_ issuer: String) -> String {
        let claims = Tokens.Case("", #""tid":"a","iss":\#(issuer)"#).claims
        return Tokens.token(claims, secret: Tokens.secrets["a"] ?? "")
    }

    @Test func `a configured issuer opens sessions`() async throws {
        let token = Self.token(#""https://id.example/""#)
        #expect(try await Self.authority().verify(token, now: Tokens.now).get().tenant.rawValue == "a")
    }

    @Test(arguments: [
        "null", #""https://id.example""#, #""https://ID.example/""#, #""""#, #""https://other.example/""#, "7",
        #"["https://id.example/"]"#,
    ])
    func `nobody else does`(_ issuer: String) async throws {
        guard case .failure(let error) = try await Self.authority().verify(Self.token(issuer), now: Tokens.now) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .authInvalid)
        #expect(error.reason == "iss")
    }

    @Test func `a token that the service makes names the issuer that it wants`() async throws {
        let authority = try await Self.authority()
        let (user, tenant) = (try #require(UserID("bob")), try #require(TenantID("a")))
        let signed = try await authority.sign(user: user, tenant: tenant, expiresIn: .seconds(60), now: Tokens.now)
        #expect(try await authority.verify(signed.token, now: Tokens.now).get().user == user)
    }
}

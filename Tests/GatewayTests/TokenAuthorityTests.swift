import CAASProtocol
import Chat
import Crypto
import Foundation
import Gateway
import Testing

@Suite("Tokens, R55 to R57") struct TokenAuthorityTests {
    /// Unix milliseconds of all these tests.
    static let now: Int64 = 1_700_000_000_500
    /// The same in seconds.
    static let seconds = now / 1000

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var claims: String
        var reason: String?
        var testDescription: String { what }

        /// `more` stands behind a good `sub` and `exp` unless it gives its own.
        init(_ what: String, _ more: String, reason: String? = nil) {
            self.what = what
            self.reason = reason
            var claims = more
            if !more.contains(#""sub""#) { claims = #""sub":"alice",\#(claims)"# }
            if !more.contains(#""exp""#) { claims += #","exp":\#(seconds + 600)"# }
            self.claims = "{\(claims)}"
        }
    }

    static let accepted = [
        Case("a tenant and nothing else", #""tid":"a""#),
        Case("an exp with a fraction", #""tid":"a","exp":\#(seconds + 600).25"#),
        Case("an exp as a power", #""tid":"a","exp":1.7000006e9"#),
        Case("an exp that passed within the skew", #""tid":"a","exp":\#(seconds - 29)"#),
        Case("a life of a day", #""tid":"a","iat":\#(seconds),"exp":\#(seconds + 86_400)"#),
        Case("an nbf within the skew", #""tid":"a","nbf":\#(seconds + 30)"#),
        Case("an iat that is null", #""tid":"a","iat":null"#),
        Case("claims that nobody knows", #""tid":"a","roles":[{"x":1}],"x":7"#),
        Case("an issuer where none is asked for", #""tid":"a","iss":"someone""#),
        Case("an audience where none is asked for", #""tid":"a","aud":"someone""#),
        Case("the audience as a text", #""tid":"b","aud":"caas-socket""#),
        Case("the audience in a list", #""tid":"b","aud":["other","caas-socket"]"#),
        Case("a user id with all its characters", #""tid":"a","sub":"a@b|c+d.e_f:g-h""#),
    ]

    @Test(arguments: accepted)
    func `a good token opens a session`(_ good: Case) async throws {
        let authority = try await Self.authority()
        let tenant = good.claims.contains(#""tid":"b""#) ? "b" : "a"
        let token = Self.token(good.claims, secret: Self.secrets[tenant] ?? "")
        let verified = try await authority.verify(token, now: Self.now).get()
        #expect(verified.tenant.rawValue == tenant)
    }

    static let refused = [
        Case("no tenant where there are two", #""iat":1"#, reason: "tid"),
        Case("an unknown tenant", #""tid":"nowhere""#, reason: "tid"),
        Case("a tenant that is no text", #""tid":7"#, reason: "tid"),
        Case("the other tenant by this key", #""tid":"b","aud":"caas-socket""#, reason: "signature"),
        Case("no user", #""tid":"a","sub":null"#, reason: "sub"),
        Case("a user that is no text", #""tid":"a","sub":7"#, reason: "sub"),
        Case("a user with a space", #""tid":"a","sub":"a b""#, reason: "sub"),
        Case("a user of 129 characters", #""tid":"a","sub":"\#(String(repeating: "u", count: 129))""#, reason: "sub"),
        Case("an exp that is null", #""tid":"a","exp":null"#, reason: "exp"),
        Case("an exp as text", #""tid":"a","exp":"\#(seconds + 600)""#, reason: "exp"),
        Case("an exp that is true", #""tid":"a","exp":true"#, reason: "exp"),
        Case("an exp in milliseconds", #""tid":"a","exp":\#(now + 600_000)"#, reason: "exp"),
        Case("an exp that no integer holds", #""tid":"a","exp":1e300"#, reason: "exp"),
        Case("an exp below all integers", #""tid":"a","exp":-1e300"#, reason: "exp"),
        Case("an iat as text", #""tid":"a","iat":"now""#, reason: "iat"),
        Case("an iat in milliseconds", #""tid":"a","iat":\#(now)"#, reason: "iat"),
        Case("an nbf as text", #""tid":"a","nbf":"now""#, reason: "nbf"),
        Case("an nbf in milliseconds", #""tid":"a","nbf":\#(now)"#, reason: "nbf"),
        Case("an nbf to come", #""tid":"a","nbf":\#(seconds + 32)"#, reason: "nbf"),
        Case(
            "a life of more than a day",
            #""tid":"a","iat":\#(seconds - 61),"exp":\#(seconds + 86_340)"#,
            reason: "lifetime"
        ),
        Case("the same without iat", #""tid":"a","exp":\#(seconds + 86_432)"#, reason: "lifetime"),
        Case(
            "a day that begins in a year",
            #""tid":"a","iat":\#(seconds + 31_536_000),"exp":\#(seconds + 31_536_600)"#,
            reason: "lifetime"
        ),
        Case("an audience that is a number", #""tid":"a","aud":7"#, reason: "aud"),
        Case("an issuer that is a list", #""tid":"a","iss":["caas"]"#, reason: "iss"),
        Case("a scope that is a list", #""tid":"a","scope":["chat:read"]"#, reason: "scope"),
        Case("a name that is no text", #""tid":"a","name":{}"#, reason: "name"),
        Case("a picture that is no text", #""tid":"a","picture":1"#, reason: "picture"),
        Case("an empty device", #""tid":"a","dev":"""#, reason: "dev"),
        Case("a claim twice", #""tid":"a","tid":"a""#, reason: "malformed"),
        Case("half a character", #""tid":"a","name":"\ud800""#, reason: "malformed"),
    ]

    @Test(arguments: refused)
    func `a bad claim is AUTH_INVALID and names its reason`(_ bad: Case) async throws {
        let error = try await Self.refusal(Self.token(bad.claims, secret: Self.secrets["a"] ?? ""))
        #expect(error.code == .authInvalid)
        #expect(error.reason == bad.reason)
    }

    @Test(arguments: [#""tid":"b""#, #""tid":"b","aud":"caas""#, #""tid":"b","aud":[]"#, #""tid":"b","aud":null"#])
    func `a configured audience has to be named`(_ claims: String) async throws {
        let error = try await Self.refusal(Self.token(Case("", claims).claims, secret: Self.secrets["b"] ?? ""))
        #expect(error.reason == "aud")
    }

    @Test func `what has expired is TOKEN_EXPIRED, once the skew is over`() async throws {
        let claims = Case("", #""tid":"a","exp":\#(Self.seconds - 30)"#).claims
        #expect(try await Self.refusal(Self.token(claims, secret: Self.secrets["a"] ?? "")) == SpecError(.tokenExpired))
    }

    @Test func `an expired token with a bad signature is only a bad token`() async throws {
        let claims = Case("", #""tid":"a","exp":1"#).claims
        #expect(try await Self.refusal(Self.token(claims, secret: "x")).reason == "signature")
    }

    static let headers: [(String, String)] = [
        (#"{"alg":"none"}"#, "algorithm"), (#"{"alg":"HS512"}"#, "algorithm"), (#"{"alg":"RS256"}"#, "algorithm"),
        (#"{"alg":"hs256"}"#, "algorithm"), (#"{"alg":7}"#, "algorithm"), ("{}", "algorithm"),
        (#"{"alg":"HS256","crit":["b64"],"b64":true}"#, "crit"), (#"{"alg":"HS256","crit":null}"#, "crit"),
        (#"{"alg":"HS256","alg":"none"}"#, "malformed"), ("[]", "malformed"), ("", "malformed"),
    ]

    @Test(arguments: headers)
    func `the algorithm is pinned and critical extensions are refused`(_ header: String, _ reason: String) async throws
    {
        let claims = Case("", #""tid":"a""#).claims
        let token = Self.token(claims, header: header, secret: Self.secrets["a"] ?? "")
        #expect(try await Self.refusal(token).reason == reason)
    }

    @Test(arguments: [#"{"alg":"HS256","typ":7,"kid":"k","n":1e300}"#, #"{"typ":"at+jwt","alg":"HS256"}"#])
    func `other header fields are ignored`(_ header: String) async throws {
        let token = Self.token(Case("", #""tid":"a""#).claims, header: header, secret: Self.secrets["a"] ?? "")
        #expect(try await Self.authority().verify(token, now: Self.now).get().user.rawValue == "alice")
    }

    @Test(arguments: ["", ".", "..", "...", "garbage", "a.b.c", "=.=.=", "e30.e30.", "e30.e30.e30.e30"])
    func `what is no token is malformed or fails by its header`(_ token: String) async throws {
        let reason = try await Self.refusal(token).reason
        #expect(reason == "malformed" || reason == "algorithm")
    }

    @Test func `every change of one character is noticed`() async throws {
        let authority = try await Self.authority()
        let token = Self.token(Case("", #""tid":"a""#).claims, secret: Self.secrets["a"] ?? "")
        for place in token.utf8.indices {
            for other in ["A", "z", "-", "=", "."] where token[place...place] != other {
                let changed = token[..<place] + other + token[token.utf8.index(after: place)...]
                let result = await authority.verify(String(changed), now: Self.now)
                #expect(throws: SpecError.self, "character \(token.utf8.distance(from: token.startIndex, to: place))") {
                    try result.get()
                }
            }
        }
    }

    @Test func `a token of more than 8 KiB is not looked at`() async throws {
        let name = String(repeating: "n", count: 8 * 1024)
        let token = Self.token(Case("", #""tid":"a","name":"\#(name)""#).claims, secret: Self.secrets["a"] ?? "")
        #expect(try await Self.refusal(token).reason == "too_large")
    }

    @Test func `where there is one tenant it need not be named, and no other may be`() async throws {
        let authority = try await TokenAuthority(tenants: [Self.tenant("a")], lifetime: .seconds(86_400))
        let secret = Self.secrets["a"] ?? ""
        let nameless = Self.token(Case("", #""iat":\#(Self.seconds)"#).claims, secret: secret)
        #expect(try await authority.verify(nameless, now: Self.now).get().tenant.rawValue == "a")
        let other = Self.token(Case("", #""tid":"b""#).claims, secret: secret)
        guard case .failure(let error) = await authority.verify(other, now: Self.now) else {
            Issue.record("accepted")
            return
        }
        #expect(error.reason == "tid")
    }

    @Test func `everything a token says is taken over`() async throws {
        let claims = """
            {"sub":"alice","tid":"a","iat":\(Self.seconds - 1),"exp":\(Self.seconds + 60).5,"jti":"t1","dev":"phone",
            "name":"Alice","picture":"https://example.com/a.png","scope":"chat:read admin unknown"}
            """
        let token = Self.token(claims, secret: Self.secrets["a"] ?? "")
        let verified = try await Self.authority().verify(token, now: Self.now).get()
        let expected = VerifiedToken(
            tenant: try #require(TenantID("a")),
            user: try #require(UserID("alice")),
            name: "Alice",
            picture: "https://example.com/a.png",
            scopes: [.chatRead, .admin],
            device: "phone",
            expiresAt: Self.seconds * 1000 + 60_500,
            issuedAt: Self.seconds * 1000 - 1000,
            id: "t1"
        )
        #expect(verified == expected)
    }

    @Test func `a signed token is accepted, with the audience its tenant wants`() async throws {
        let authority = try await Self.authority()
        let (user, tenant) = (try #require(UserID("bob")), try #require(TenantID("b")))
        let signed = try await authority.sign(
            user: user,
            tenant: tenant,
            name: "Bob",
            scope: "chat:read",
            expiresIn: .seconds(60),
            now: Self.now
        )
        let verified = try await authority.verify(signed.token, now: Self.now).get()
        let expected = VerifiedToken(
            tenant: tenant,
            user: user,
            name: "Bob",
            scopes: .chatRead,
            expiresAt: Self.seconds * 1000 + 60_000,
            issuedAt: Self.seconds * 1000
        )
        #expect(verified == expected)
        #expect(signed.expiresAt == verified.expiresAt)
    }

    @Test(arguments: [Duration.zero, .milliseconds(999), .seconds(-5), .seconds(86_401), .seconds(Int64.max)])
    func `a life that would be refused is not signed`(_ life: Duration) async throws {
        let authority = try await Self.authority()
        let (user, tenant) = (try #require(UserID("bob")), try #require(TenantID("a")))
        let error = await #expect(throws: SpecError.self) {
            _ = try await authority.sign(user: user, tenant: tenant, expiresIn: life, now: Self.now)
        }
        #expect(error?.reason == "lifetime")
    }

    @Test func `a short secret makes no authority`() async throws {
        let short = TenantSettings(id: try #require(TenantID("a")), secret: Array(repeating: 1, count: 31))
        await #expect(throws: TokenAuthorityError.shortSecret(short.id)) {
            _ = try await TokenAuthority(tenants: [short], lifetime: .seconds(60))
        }
    }
}

extension TokenAuthorityTests {
    static let secrets = ["a": "secret of tenant a, 32 bytes or more", "b": "secret of tenant b, 32 bytes or more"]

    static func tenant(_ id: String, audience: String? = nil) throws -> TenantSettings {
        TenantSettings(id: try #require(TenantID(id)), secret: Array((secrets[id] ?? "").utf8), audience: audience)
    }

    static func authority() async throws -> TokenAuthority {
        let tenants = [try tenant("a"), try tenant("b", audience: "caas-socket")]
        return try await TokenAuthority(tenants: tenants, lifetime: .seconds(86_400))
    }

    static func refusal(_ token: String) async throws -> SpecError {
        let result = await (try authority()).verify(token, now: now)
        guard case .failure(let error) = result else {
            Issue.record("the token was accepted")
            return SpecError(.internalError)
        }
        return error
    }

    /// A token with a good signature whatever it says.
    static func token(_ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#, secret: String) -> String {
        let signed = base64URL(Data(header.utf8)) + "." + base64URL(Data(claims.utf8))
        let key = SymmetricKey(data: Data(secret.utf8))
        return signed + "." + base64URL(Data(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)))
    }

    private static func base64URL(_ data: Data) -> String {
        String(data.base64EncodedString().compactMap { $0 == "=" ? nil : $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}

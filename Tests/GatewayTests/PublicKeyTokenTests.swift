import CAASProtocol
import Chat
import Crypto
import Foundation
import Testing

@testable import Gateway

@Suite("Tokens by public keys, R57") struct PublicKeyTokenTests {
    private static let now = TokenAuthorityTests.now
    private static let claims = #"{"sub":"alice","exp":\#(TokenAuthorityTests.seconds + 600)}"#
    /// The ids of ``SigningKey/samples`` in the set of these tests.
    private static let ids = ["ed", "ec", "rsa"]

    private let file = KeyFile()
    private let authority: TokenAuthority

    init() async throws {
        let entries = zip(SigningKey.samples, Self.ids).map { $0.entry($1) }
        try file.write(try keySet(entries[0], entries[1], entries[2]))
        authority = try await TokenAuthority(tenants: [try file.tenant()], lifetime: .seconds(86_400))
    }

    private func reason(_ token: String) async -> String? {
        guard case .failure(let error) = await authority.verify(token, now: Self.now) else { return nil }
        return error.code == .authInvalid ? error.reason : error.code.rawValue
    }

    @Test(arguments: zip(SigningKey.samples, ids))
    func `a good token of each kind opens a session`(_ key: SigningKey, _ id: String) async throws {
        let token = try key.token(Self.claims, header: #"{"alg":"\#(key.algorithm)","kid":"\#(id)","typ":"JWT"}"#)
        #expect(try await authority.verify(token, now: Self.now).get().user.rawValue == "alice")
        // The claims of a good signature are judged as ever.
        let late = try key.token(#"{"sub":"alice","exp":1}"#, header: #"{"alg":"\#(key.algorithm)","kid":"\#(id)"}"#)
        #expect(await reason(late) == "TOKEN_EXPIRED")
    }

    @Test(arguments: zip(SigningKey.samples, ids))
    func `the header chooses neither key nor algorithm`(_ key: SigningKey, _ id: String) async throws {
        let alg = key.algorithm
        let cases: [(String, String)] = [
            (#"{"alg":"none","kid":"\#(id)"}"#, "algorithm"), (#"{"alg":"None","kid":"\#(id)"}"#, "algorithm"),
            (#"{"alg":"NONE","kid":"\#(id)"}"#, "algorithm"), (#"{"alg":"","kid":"\#(id)"}"#, "algorithm"),
            (#"{"kid":"\#(id)"}"#, "algorithm"), (#"{"alg":["\#(alg)"],"kid":"\#(id)"}"#, "algorithm"),
            (#"{"alg":null,"kid":"\#(id)"}"#, "algorithm"),
            (#"{"alg":"\#(alg.lowercased())","kid":"\#(id)"}"#, "algorithm"),
            (#"{"alg":"HS256","kid":"\#(id)"}"#, "algorithm"), (#"{"alg":"PS256","kid":"\#(id)"}"#, "algorithm"),
            (#"{"alg":"RS512","kid":"\#(id)"}"#, "algorithm"), (#"{"alg":"\#(alg) ","kid":"\#(id)"}"#, "algorithm"),
            (#"{"alg":"\#(alg)"}"#, "kid"), (#"{"alg":"\#(alg)","kid":null}"#, "kid"),
            (#"{"alg":"\#(alg)","kid":""}"#, "kid"), (#"{"alg":"\#(alg)","kid":["\#(id)"]}"#, "kid"),
            (#"{"alg":"\#(alg)","kid":7}"#, "kid"), (#"{"alg":"\#(alg)","kid":"\#(id) "}"#, "kid"),
            (#"{"alg":"\#(alg)","kid":"../../../../dev/null"}"#, "kid"),
            (#"{"alg":"\#(alg)","kid":"\#(id)\u0000"}"#, "malformed"),
            (#"{"alg":"\#(alg)","kid":"' OR '1'='1"}"#, "kid"),
            (#"{"alg":"\#(alg)","kid":"\#(String(repeating: "k", count: 4_000))"}"#, "kid"),
            (#"{"alg":"\#(alg)","kid":"\#(id)","kid":"\#(id)"}"#, "malformed"),
            (#"{"alg":"\#(alg)","alg":"none","kid":"\#(id)"}"#, "malformed"),
            (#"{"alg":"\#(alg)","kid":"\#(id)","crit":["exp"]}"#, "crit"),
            (#"{"alg":"\#(alg)","kid":"\#(id)","b64":false,"crit":["b64"]}"#, "crit"),
            (#"{"alg":"\#(alg)","kid":"\#(id)","crit":[]}"#, "crit"),
        ]
        for (header, expected) in cases {
            #expect(await reason(try key.token(Self.claims, header: header)) == expected, "\(header)")
        }
    }

    /// CVE-2026-32301.
    @Test func `a key that comes with the token, or a place to get one from, is no key`() async throws {
        let stranger = SigningKey.p256(P256.Signing.PrivateKey())
        let published = String(
            decoding: try JSONSerialization.data(withJSONObject: stranger.entry("ec")),
            as: UTF8.self
        )
        for field in [
            #""jwk":\#(published)"#, #""jku":"http://127.0.0.1:1/keys""#, #""x5u":"file:///etc/passwd""#,
            #""x5c":["MIIB"]"#,
        ] {
            let header = #"{"alg":"ES256","kid":"ec",\#(field)}"#
            #expect(await reason(try stranger.token(Self.claims, header: header)) == "signature", "\(field)")
            #expect(await reason(try SigningKey.samples[1].token(Self.claims, header: header)) == nil, "\(field)")
        }
    }

    @Test(arguments: zip(SigningKey.samples, ids))
    func `the bytes of a public key are no secret`(_ key: SigningKey, _ id: String) async throws {
        for secret in key.publicBytes {
            let signed =
                base64URL(Data(#"{"alg":"HS256","kid":"\#(id)"}"#.utf8)) + "." + base64URL(Data(Self.claims.utf8))
            let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
            #expect(await reason(signed + "." + base64URL(Data(code))) == "algorithm")
        }
    }

    @Test func `a key is for its own algorithm, whoever signs with another`() async throws {
        for (key, own) in zip(SigningKey.samples, Self.ids) {
            for id in Self.ids where id != own {
                let header = #"{"alg":"\#(key.algorithm)","kid":"\#(id)"}"#
                #expect(await reason(try key.token(Self.claims, header: header)) == "algorithm", "\(own) as \(id)")
            }
            for (other, id) in zip(SigningKey.samples, Self.ids) where id != own {
                let header = #"{"alg":"\#(other.algorithm)","kid":"\#(id)"}"#
                #expect(await reason(try key.token(Self.claims, header: header)) == "signature", "\(own) for \(id)")
            }
        }
    }

    @Test(arguments: zip(SigningKey.samples, ids))
    func `a signature of another form or length is refused`(_ key: SigningKey, _ id: String) async throws {
        let token = try key.token(Self.claims, header: #"{"alg":"\#(key.algorithm)","kid":"\#(id)"}"#)
        let parts = token.split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2].utf8))
        var forms: [[UInt8]] = [
            [], [0], signature + [0], signature.dropLast(), [0] + signature,
            Array(repeating: 0, count: signature.count),
            Array(repeating: 0xFF, count: signature.count), signature + signature, Array(repeating: 1, count: 4_000),
        ]
        if case .p256 = key {
            let raw = try P256.Signing.ECDSASignature(rawRepresentation: signature)
            forms.append(Array(raw.derRepresentation))
        }
        for form in forms {
            #expect(await reason("\(parts[0]).\(parts[1]).\(base64URL(form))") == "signature", "\(form.count) bytes")
        }
    }

    @Test func `a token by keys of one tenant is none of the other`() async throws {
        let other = KeyFile()
        try other.write(try keySet(SigningKey.p256(P256.Signing.PrivateKey()).entry("ec")))
        let tenants = [try file.tenant("a"), try other.tenant("b"), try TokenAuthorityTests.tenant("c")]
        let authority = try await TokenAuthority(
            tenants: [
                tenants[0], tenants[1], TenantSettings(id: tenants[2].id, secret: Array(repeating: 9, count: 32)),
            ],
            lifetime: .seconds(86_400)
        )
        let header = #"{"alg":"ES256","kid":"ec"}"#
        for (tenant, expected) in [("a", nil), ("b", "signature"), ("c", "algorithm")] {
            let claims = #"{"sub":"alice","tid":"\#(tenant)","exp":\#(TokenAuthorityTests.seconds + 600)}"#
            let token = try SigningKey.samples[1].token(claims, header: header)
            let result = await authority.verify(token, now: Self.now)
            switch result {
            case .success(let verified): #expect(expected == nil && verified.tenant.rawValue == tenant)
            case .failure(let error): #expect(error.reason == expected)
            }
        }
    }

    @Test func `this service signs nothing for an issuer`() async throws {
        let (user, tenant) = (try #require(UserID("bob")), try #require(TenantID("acme")))
        let error = await #expect(throws: SpecError.self) {
            try await authority.sign(user: user, tenant: tenant, expiresIn: .seconds(60), now: Self.now)
        }
        #expect(error?.code == .forbidden && error?.reason == "issuer")
    }
}

/// A key set file of a test's own, removed with it.
final class KeyFile: Sendable {
    let path = NSTemporaryDirectory() + "/caas-keys-\(UInt64.random(in: 0...UInt64.max)).json"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, mode: Int = 0o644) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func remove() throws { try FileManager.default.removeItem(atPath: path) }

    func tenant(_ id: String = "acme") throws -> TenantSettings {
        TenantSettings(id: try #require(TenantID(id)), keys: .keySet(KeySetFile(path)))
    }
}

import CAASProtocol
import Gateway
import Testing

@Suite("Tokens with anything in them") struct TokenMutationTests {
    @Test(arguments: 0..<50 as Range<UInt64>)
    func `whatever a signed token says is taken or refused with a reason`(seed: UInt64) async throws {
        var random = SplitMix(state: seed)
        let authority = try await TokenAuthorityTests.authority()
        let secret = TokenAuthorityTests.secrets["a"] ?? ""
        for _ in 0..<40 {
            let claims = Self.claims(&random)
            let token = TokenAuthorityTests.token(claims, secret: secret)
            switch await authority.verify(token, now: TokenAuthorityTests.now) {
            case .success(let token): #expect(token.tenant.rawValue == "a")
            case .failure(let error):
                let isKnown = error.code == .tokenExpired || TokenFault(rawValue: error.reason ?? "") != nil
                #expect(isKnown, "seed \(seed), claims \(claims)")
            }
        }
    }

    /// Claims of which some have values of any kind, and the text of which may be damaged.
    private static func claims(_ random: inout SplitMix) -> String {
        let names = ["tid", "sub", "exp", "iat", "nbf", "aud", "iss", "scope", "name", "picture", "dev", "jti", "x"]
        let values = [
            "null", "true", "0", "-1", "1.5", "1e308", "-1e308", "1e-400", "9223372036854775808", "1700000600", "\"\"",
            "\"a\"", "\"\\u0000\"", "\"\\ud83d\"", "\"é😀\"", "[]", "[null]", "[\"a\",7]", "{}", "{\"a\":{\"b\":[]}}",
        ]
        var claims = ["tid": "\"a\"", "sub": "\"alice\"", "exp": "1700000600"]
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            claims[names.randomElement(using: &random) ?? ""] = values.randomElement(using: &random)
        }
        var text = Array(("{" + claims.map { "\"\($0)\":\($1)" }.sorted().joined(separator: ",") + "}").utf8)
        if Int.random(in: 0..<4, using: &random) == 0 {
            text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Random numbers that a seed repeats.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

import CAASProtocol
import Crypto
import Foundation
import Gateway

/// What stands behind `Bearer `, and the same bytes as the header and the claims of a token that is well signed.
enum TokenTarget {
    /// Unix milliseconds.
    private static let now: Int64 = 1_700_000_000_000
    private static let secret = Array("the secret of tenant a, 32 bytes".utf8)
    private static let longest: Int64 = 86_400_000
    /// How far clocks may differ.
    private static let skew: Int64 = 30_000

    /// Nil where it could not be made, which is a failure of every input.
    private static let authority: TokenAuthority? = waiting {
        guard let a = TenantID("a"), let b = TenantID("b") else { return nil }
        let tenants = [
            TenantSettings(id: a, secret: secret, audience: "caas"),
            TenantSettings(id: b, secret: Array(secret.reversed()), audience: nil),
        ]
        return try? await TokenAuthority(tenants: tenants, lifetime: .milliseconds(longest))
    }

    static func run(_ input: [UInt8]) throws(Broken) {
        try checkBase64(input)
        let text = String(decoding: input, as: UTF8.self)
        if let key = APIKeyText(text) {
            try require(key.text.utf8.elementsEqual(text.utf8), "a key with two spellings: \(key.text)")
            try require(APIKeyText.claims(text) && text.utf8.count == 61, "a key that does not begin as one")
        }
        if case .success(let token) = try verify(text) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let claims = parts.count == 3 ? bytes(parts[1]) : nil
            try require(claims != nil && text == signed(bytes(parts[0]) ?? [], claims ?? []), "takes a forged token")
            try check(token, SignedClaims(header: bytes(parts[0]) ?? [], claims: claims ?? []))
        }
        let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
        let said = SignedClaims(header: Array(input[..<end]), claims: Array(input[end...].dropFirst()))
        switch try verify(signed(said.header, said.claims)) {
        case .success(let token): try check(token, said)
        case .failure(let error):
            // A token may be too long once it is encoded.
            let isShort = said.header.count + said.claims.count < 5_000
            try require(!isShort || !said.isPlainlyGood(now: now / 1000), "refuses what is plainly good: \(error)")
            if error.code == .tokenExpired {
                try require(said.milliseconds("exp").map { $0 <= now - skew } ?? true, "calls it expired")
            }
        }
    }

    private static func verify(_ text: String) throws(Broken) -> Result<VerifiedToken, SpecError> {
        guard let authority else { throw Broken("there is no authority") }
        let result = waiting { await authority.verify(text, now: now) }
        if case .failure(let error) = result, error.code != .tokenExpired {
            let reason = error.reason.flatMap { TokenFault(rawValue: $0) }
            try require(error.code == .authInvalid && reason != nil, "refused with \(error)")
        }
        return result
    }

    /// What was taken is what Foundation reads there, and within the times.
    private static func check(_ token: VerifiedToken, _ said: SignedClaims) throws(Broken) {
        try require(said.algorithm == "HS256" && !said.isCritical, "takes another header")
        try require(token.tenant.rawValue == "a" && said.text("tid") == "a", "takes it for tenant \(token.tenant)")
        try require(said.text("sub").map { token.user.rawValue.utf8.elementsEqual($0.utf8) } == true, "another user")
        try require(said.audiences.contains("caas"), "takes it for another audience")
        try require(token.expiresAt > now - skew && token.expiresAt <= now + longest + skew, "until \(token.expiresAt)")
        // The last bits of a time differ between readers.
        try require(said.milliseconds("exp").map { abs($0 - token.expiresAt) <= 1 } ?? false, "another end")
        if let issuedAt = token.issuedAt { try require(token.expiresAt - issuedAt <= longest, "lives too long") }
        try require(token.name.map { $0.unicodeScalars.count <= 128 } ?? true, "a name without end")
        let picture = token.picture ?? "https://"
        try require(picture.hasPrefix("https://") || picture.hasPrefix("http://"), "the picture \(picture)")
    }

    /// One spelling for each bytes, as Foundation knows it with padding and its own alphabet.
    private static func checkBase64(_ input: [UInt8]) throws(Broken) {
        let decoded = Base64URL.decode(input)
        let expected = bytes(String(decoding: input, as: UTF8.self)).flatMap { encoded($0) == input ? $0 : nil }
        try require(decoded == expected, "decodes to \(decoded as Any), not \(expected as Any)")
        let text = Base64URL.encode(input)
        try require(Array(text.utf8) == encoded(input), "encodes to \(text)")
        try require(Base64URL.decode(text.utf8) == input, "what it encodes is not read again")
    }

    private static func signed(_ header: [UInt8], _ claims: [UInt8]) -> String {
        let message = encoded(header) + [UInt8(ascii: ".")] + encoded(claims)
        let signature = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
        return String(decoding: message + [UInt8(ascii: ".")] + encoded(Array(signature)), as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let alphabet = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: alphabet + padding).map { Array($0) }
    }

    private static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        Data(bytes).base64EncodedString().utf8.filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
    }
}

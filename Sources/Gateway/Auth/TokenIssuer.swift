import CAASProtocol
import JWTKit

/// Who signs one tenant's tokens, as far as this service knows.
struct TokenIssuer: Sendable {
    private enum Keys {
        case secret(signer: JWTKeyCollection, algorithm: any JWTAlgorithm)
        case keySet(KeySetSource)
    }

    /// What `aud` must contain; nil does not check it.
    let audience: String?
    /// What `iss` must be; nil does not check it.
    let name: String?
    private let keys: Keys

    init(_ tenant: TenantSettings, now: ContinuousClock.Instant, report: @escaping @Sendable (KeySetError) -> Void)
        async throws
    {
        audience = tenant.audience
        name = tenant.issuer
        switch tenant.keys {
        case .secret(let secret):
            guard secret.count >= 32 else { throw TokenAuthorityError.shortSecret(tenant.id) }
            let signer = JWTKeyCollection()
            await signer.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
            keys = .secret(signer: signer, algorithm: try await signer.getKey())
        case .keySet(let file):
            keys = .keySet(try KeySetSource(file, now: now, report: report))
        }
    }

    /// Throws where `signature` is not one of `message` by the key and algorithm that the header names.
    func verify(
        _ signature: [UInt8],
        signs message: ArraySlice<UInt8>,
        _ header: TokenHeader,
        now: ContinuousClock.Instant
    ) async throws(TokenFault) {
        let isGood: Bool
        switch keys {
        case .secret(_, let algorithm):
            guard header.algorithm == "HS256" else { throw .algorithm }
            isGood = (try? algorithm.verify(signature, signs: message)) == true
        case .keySet(let source):
            // Before the key is looked for: no key of a set is for it.
            guard header.algorithm != "HS256" else { throw .algorithm }
            guard let id = header.keyID, let key = await source.key(id, now: now) else { throw .kid }
            guard header.algorithm == key.algorithm else { throw .algorithm }
            isGood = key.verify(signature, signs: message)
        }
        guard isGood else { throw .signature }
    }

    /// A token with these claims.
    func sign(_ claims: TokenClaims) async throws -> String {
        guard case .secret(let signer, _) = keys else {
            throw SpecError(.forbidden, reason: "issuer", message: "The tenant's tokens are made by its own issuer.")
        }
        return try await signer.sign(claims)
    }
}

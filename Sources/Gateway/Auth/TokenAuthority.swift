package import CAASProtocol
import Chat
import Foundation

/// Checks and makes tokens (R55 to R57).
///
/// A token is never logged, nor any part of it.
package final class TokenAuthority: Sendable {
    /// Bytes of a token at most.
    private static let tokenBytes = 8 * 1024
    /// How far the clocks of an issuer and this service may differ; milliseconds (R56).
    private static let skew: Int64 = 30_000

    /// The tenants in the order of the configuration.
    package let tenants: [TenantID]
    /// Longest life of a token (R56).
    package let lifetime: Duration
    private let issuers: [TenantID: TokenIssuer]
    /// ``lifetime`` in milliseconds.
    private let longest: Int64
    private let decoder = JSONDecoder()

    /// Takes the tenants' keys.
    ///
    /// - Parameters:
    ///   - lifetime: See ``lifetime``.
    ///   - now: When key sets are read.
    ///   - report: Told when a key set that was good at the start is not good later.
    package init(
        tenants: [TenantSettings],
        lifetime: Duration,
        now: ContinuousClock.Instant = .now,
        report: @escaping @Sendable (KeySetError) -> Void = { _ in }
    ) async throws {
        var issuers: [TenantID: TokenIssuer] = [:]
        for tenant in tenants {
            let issuer = try await TokenIssuer(tenant, now: now, report: report)
            guard issuers.updateValue(issuer, forKey: tenant.id) == nil else {
                throw TokenAuthorityError.tenantTwice(tenant.id)
            }
        }
        self.tenants = tenants.map(\.id)
        self.issuers = issuers
        self.lifetime = lifetime
        longest = lifetime.milliseconds
    }

    /// What the token says, or `AUTH_INVALID` with the ``TokenFault`` as its reason, or `TOKEN_EXPIRED`.
    ///
    /// - Parameters:
    ///   - now: Unix milliseconds.
    ///   - instant: The same on the clock that key sets age by.
    package func verify(_ token: String, now: Int64, at instant: ContinuousClock.Instant) async
        -> Result<VerifiedToken, SpecError>
    {
        do throws(TokenFault) {
            let (tenant, claims) = try await read(token, at: instant)
            let verified = try judge(claims, of: tenant, now: now)
            guard verified.expiresAt > now - Self.skew else { return .failure(SpecError(.tokenExpired)) }
            return .success(verified)
        } catch {
            return .failure(error.error)
        }
    }

    /// Makes a token that ``verify(_:now:)`` takes.
    ///
    /// - Parameters:
    ///   - device: The claim `dev`, by which a connection that is lost may come back into its call (R48).
    ///   - audience: Nil puts in what the tenant's configuration asks for.
    ///   - now: Unix milliseconds.
    package func sign(
        user: UserID,
        tenant: TenantID,
        name: String? = nil,
        scope: String? = nil,
        device: String? = nil,
        audience: String? = nil,
        expiresIn: Duration,
        now: Int64
    ) async throws -> SignedToken {
        guard let issuer = issuers[tenant] else { throw SpecError(.notFound, field: "tenantId", reason: "tenant") }
        guard (1000...longest).contains(expiresIn.milliseconds) else {
            throw SpecError(.invalidPayload, field: "expiresIn", reason: "lifetime")
        }
        if let size = name.flatMap(TokenClaims.excess(ofName:)) {
            let limit = SpecError.Detail("limit", .integer(Int64(FrameLimits().nameCharacters)))
            let details = [limit, .init("size", .integer(Int64(size)))]
            throw SpecError(.invalidPayload, field: "name", reason: "too_large", details: details)
        }
        if let device, !TokenClaims.isDevice(device) { throw SpecError(.invalidPayload, field: "deviceId") }
        // Whole seconds: some libraries read no others.
        let issued = now / 1000
        let expires = issued + expiresIn.milliseconds / 1000
        var claims = TokenClaims(user: user, tenant: tenant, issued: issued, expires: expires)
        claims.name = name
        claims.scope = scope
        claims.device = device
        claims.audiences = (audience ?? issuer.audience).map { [$0] }
        claims.issuer = issuer.name
        let token = try await issuer.sign(claims)
        guard token.utf8.count <= Self.tokenBytes else { throw SpecError(.invalidPayload, reason: "too_large") }
        return SignedToken(token: token, expiresAt: expires * 1000)
    }

    /// The claims of a token with a good signature, not yet judged.
    private func read(_ token: String, at instant: ContinuousClock.Instant) async throws(TokenFault) -> (
        TenantID, TokenClaims
    ) {
        let bytes = Array(token.utf8)
        guard bytes.count <= Self.tokenBytes else { throw .tooLarge }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { throw .malformed }
        let header = try json(TokenHeader.self, parts[0])
        let claims = try json(TokenClaims.self, parts[1])
        guard claims.fault != .tid else { throw .tid }
        // The claim chooses the one issuer whose key is tried; without it there must be no choice.
        guard let tenant = claims.tenant ?? (tenants.count == 1 ? tenants.first : nil), let issuer = issuers[tenant]
        else { throw .tid }
        try await issuer.verify(signature, signs: bytes[..<parts[1].endIndex], header, now: instant)
        return (tenant, claims)
    }

    /// Decodes one part, refusing first what two readers could read differently: members twice, texts that are no text.
    private func json<Value: Decodable>(_ type: Value.Type, _ part: ArraySlice<UInt8>) throws(TokenFault) -> Value {
        guard let bytes = Base64URL.decode(part) else { throw .malformed }
        do {
            let checked = try JSONFragment(parsing: bytes.span.bytes)
            return try decoder.decode(type, from: Data(checked.utf8))
        } catch let fault as TokenFault {
            throw fault
        } catch {
            throw .malformed
        }
    }

    private func judge(_ claims: TokenClaims, of tenant: TenantID, now: Int64) throws(TokenFault) -> VerifiedToken {
        if let fault = claims.fault { throw fault }
        guard let user = claims.user else { throw .sub }
        guard let expires = claims.expires else { throw .exp }
        let expiresAt = milliseconds(expires)
        let issuedAt = claims.issued.map(milliseconds)
        guard expiresAt - (issuedAt ?? expiresAt) <= longest, expiresAt - now <= longest + Self.skew else {
            throw .lifetime
        }
        if let notBefore = claims.notBefore, milliseconds(notBefore) > now + Self.skew { throw .nbf }
        if let audience = issuers[tenant]?.audience {
            guard let audiences = claims.audiences, audiences.contains(where: { $0.utf8.elementsEqual(audience.utf8) })
            else { throw .aud }
        }
        if let name = issuers[tenant]?.name {
            guard let issuer = claims.issuer, issuer.utf8.elementsEqual(name.utf8) else { throw .iss }
        }
        return VerifiedToken(
            tenant: tenant,
            user: user,
            name: claims.name,
            picture: claims.picture,
            scopes: claims.scope.map(Scopes.init(claim:)) ?? .standard,
            device: claims.device,
            expiresAt: expiresAt,
            issuedAt: issuedAt,
            id: claims.id
        )
    }
}

/// Why there can be no ``TokenAuthority``.
package enum TokenAuthorityError: Error, Sendable, Hashable {
    /// HS256 wants at least 32 bytes (RFC 7518 §3.2).
    case shortSecret(TenantID)
    case tenantTwice(TenantID)
}

/// Seconds of a claim, which are bounded, as Unix milliseconds.
private func milliseconds(_ seconds: Double) -> Int64 {
    Int64((seconds * 1000).rounded(.down))
}

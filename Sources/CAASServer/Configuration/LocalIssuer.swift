package import CAASProtocol
import Gateway

/// Makes tokens with a secret that lies on this machine, while a service may be using the same one.
package struct LocalIssuer: Sendable {
    /// Tokens of more than a day are made too: whether they are taken is the service's setting.
    private static let lifetime = Duration.seconds(31 * 86_400)

    private let secret: [UInt8]

    /// - Parameters:
    ///   - file: The secret's file; nil takes the one in the data directory.
    ///   - data: The data directory of a service in development.
    package init(file: String?, data: String) throws(ConfigurationError) {
        guard file != nil || SecretFile.exists(inData: data) else {
            throw ConfigurationError([
                "There is no secret in \(data) yet: start `caas serve` once, or name a secret file."
            ])
        }
        secret = try SecretFile.read(file ?? SecretFile.path(inData: data))
    }

    /// - Parameter now: Unix milliseconds.
    package func token(
        user: UserID,
        tenant: TenantID,
        name: String? = nil,
        scope: String? = nil,
        audience: String? = nil,
        issuer: String? = nil,
        expiresIn: Duration,
        now: Int64
    ) async throws -> String {
        var settings = TenantSettings(id: tenant, secret: secret, audience: audience)
        settings.issuer = issuer
        let authority = try await TokenAuthority(tenants: [settings], lifetime: Self.lifetime)
        return try await authority.sign(
            user: user,
            tenant: tenant,
            name: name,
            scope: scope,
            expiresIn: expiresIn,
            now: now
        ).token
    }
}

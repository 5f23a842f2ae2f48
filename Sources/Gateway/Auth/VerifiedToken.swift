package import CAASProtocol
package import Chat

/// What a valid token says (R56).
package struct VerifiedToken: Sendable, Hashable {
    package var tenant: TenantID
    package var user: UserID
    /// How others see the user, where the token says so.
    package var name: String?
    /// URL of the user's picture.
    package var picture: String?
    package var scopes: Scopes
    /// The device's id, where the token names one.
    package var device: String?
    /// When the session ends; Unix milliseconds.
    package var expiresAt: Int64
    /// Unix milliseconds.
    package var issuedAt: Int64?
    /// The token's own id, `jti`.
    package var id: String?

    package init(
        tenant: TenantID,
        user: UserID,
        name: String? = nil,
        picture: String? = nil,
        scopes: Scopes = .standard,
        device: String? = nil,
        expiresAt: Int64,
        issuedAt: Int64? = nil,
        id: String? = nil
    ) {
        self.tenant = tenant
        self.user = user
        self.name = name
        self.picture = picture
        self.scopes = scopes
        self.device = device
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
        self.id = id
    }
}

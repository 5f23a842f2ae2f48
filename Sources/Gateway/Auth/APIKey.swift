package import CAASProtocol
package import Chat

/// A backend that showed a valid API key (R60): what it may do for its tenant.
package struct APIKey: Sendable, Hashable {
    package var id: APIKeyID
    package var tenant: TenantID
    package var scopes: Scopes

    package init(id: APIKeyID, tenant: TenantID, scopes: Scopes) {
        self.id = id
        self.tenant = tenant
        self.scopes = scopes
    }
}

import CAASProtocol
import Chat
import Gateway
import NIOHTTP1

/// Reads `Authorization: Bearer …`: a key `caas_<id>_<secret>` or a user's token, checked as at the socket (R55, R56, R60).
struct Authorization: Sendable {
    let authority: TokenAuthority
    let origins: OriginPolicy
    let verifyKey: RESTService.VerifyKey
    let clock: @Sendable () -> Int64

    /// Whether the credential is a backend's key, good or bad: no browser is told anything about those (R70).
    static func isKey(_ headers: HTTPHeaders) -> Bool {
        (try? bearer(headers)).map(APIKeyText.claims) ?? false
    }

    func caller(of request: PlainRequest) async throws(SpecError) -> Caller {
        let headers = request.head.headers
        let text = try Self.bearer(headers)
        let now = clock()
        if APIKeyText.claims(text) {
            let key = try await verifyKey(text, now)
            return Caller(credential: .key(key.id.rawValue), tenant: key.tenant, scopes: key.scopes)
        }
        let token = try await authority.verify(text, now: now).get()
        guard allowsOrigin(of: request, tenant: token.tenant) else {
            throw SpecError(.forbidden, reason: "origin")
        }
        return Caller(
            credential: .user(token.user, name: token.name, avatarURL: token.picture),
            tenant: token.tenant,
            scopes: token.scopes
        )
    }

    /// Whether the tenant lets the browser's page ask.
    func allowsOrigin(of request: PlainRequest, tenant: TenantID) -> Bool {
        origins.allows(origin(request.head.headers), tenant: tenant)
    }

    /// The browser's origin, where it is for the tenant to allow it (R55).
    private func origin(_ headers: HTTPHeaders) -> String? {
        guard case .allowed(let origin) = origins.check(hosts: headers["Host"], origins: headers["Origin"]) else {
            return headers.first(name: "Origin")
        }
        return origin
    }

    private static func bearer(_ headers: HTTPHeaders) throws(SpecError) -> String {
        let fields = headers["Authorization"]
        guard let field = fields.first else { throw SpecError(.authRequired) }
        guard fields.count == 1 else { throw SpecError(.authInvalid, field: "Authorization", reason: "malformed") }
        guard field.prefix(7).lowercased() == "bearer " else {
            throw SpecError(.authRequired, field: "Authorization", reason: "scheme")
        }
        return String(field.dropFirst(7))
    }
}

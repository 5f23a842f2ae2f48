import CAASProtocol
import Chat
import Gateway

/// Who a request's `Authorization` field says it is from (R70).
struct Caller: Sendable {
    /// What the field held.
    enum Credential: Sendable {
        /// A backend's key, by its id (R60).
        case key(String)
        /// A user's own token.
        case user(UserID, name: String?, avatarURL: String?)
    }

    let credential: Credential
    let tenant: TenantID
    let scopes: Scopes

    /// Who acts: the token's user, or the one whom the key names, or the key by itself.
    func actor(asUser: String?) throws(SpecError) -> Actor {
        let named: UserID?
        if let asUser {
            guard let user = UserID(asUser), !user.namesKey else { throw SpecError(.invalidPayload, field: "asUser") }
            named = user
        } else {
            named = nil
        }
        switch credential {
        case .key(let id):
            guard let actor = Actor.key(id, tenant: tenant, scopes: scopes, asUser: named) else {
                throw SpecError(.internalError)
            }
            return actor
        case .user(let user, let name, let avatarURL):
            guard named == nil || named == user else {
                throw SpecError(
                    .forbidden,
                    field: "asUser",
                    reason: "as_user",
                    message: "A user's token acts as that user alone."
                )
            }
            return .user(UserKey(tenant: tenant, user: user), scopes: scopes, name: name, avatarURL: avatarURL)
        }
    }

    var isKey: Bool { if case .key = credential { true } else { false } }
}

package import CAASProtocol

/// A backend's key as far as rules and rates ask for it (R60).
package struct BackendKey: Hashable, Sendable {
    /// The key's id, which is no secret.
    package let id: String
    /// Whether it acts by itself and not as a user.
    package let actsByItself: Bool
}

extension Actor {
    /// A user who asks with a token of its own and without a connection (R70).
    package static func user(
        _ user: UserKey,
        scopes: Scopes,
        name: String? = nil,
        avatarURL: String? = nil
    ) -> Actor {
        Actor(connection: .caller(0), user: user, scopes: scopes, name: name, avatarURL: avatarURL)
    }

    /// A backend that asks with its key: as a user, with the key's scopes, or by itself as `key:<id>` (R70).
    ///
    /// By itself it is no member of anything, and what rights it has come from its scopes alone.
    ///
    /// - Parameter id: letters, digits, `.`, `_` and `-`, 1 to 64 of them; nil is returned for anything else.
    package static func key(_ id: String, tenant: TenantID, scopes: Scopes, asUser: UserID?) -> Actor? {
        guard FrameID(id) != nil, let name = UserID("key:\(id)") else { return nil }
        return Actor(
            connection: .caller(0),
            user: UserKey(tenant: tenant, user: asUser ?? name),
            scopes: scopes,
            key: BackendKey(id: id, actsByItself: asUser == nil)
        )
    }
}

extension UserID {
    /// Whether this is the name of a backend's key, which no user has.
    package var namesKey: Bool { rawValue.utf8.starts(with: "key:".utf8) }

    /// Whether this is the name of a guest, who has no presence and no calls (R60).
    var namesGuest: Bool { rawValue.utf8.starts(with: "guest:".utf8) }
}

extension ChatRequest.Command {
    /// Whether only a user can ask for it: it needs an author, a member, or the user's own list.
    var needsUser: Bool {
        switch self {
        case .send, .join, .leave, .typing, .media, .relay, .read(.list), .connect, .disconnect, .goodbye, .beginFile,
            .fileChunk, .resumeFile, .presence, .block:
            true
        case .call(let command): !command.isOwn
        case .edit, .delete, .create, .invite, .remove, .role, .update, .removeConversation, .putUser, .removeUser,
            .connections, .disconnectUser, .event, .eventToUser, .read, .rate, .malformed, .fileStep, .removeFile:
            false
        }
    }
}

package import CAASProtocol

/// What is wrong with an API key: `details.reason` of `AUTH_INVALID`, a closed list (R15, R60).
///
/// Whoever has not the secret learns nothing: an id that nobody has and a wrong secret are one fault, and the others past
/// ``malformed`` are told only to those who have it.
package enum APIKeyFault: String, Error, Sendable, CaseIterable {
    case malformed
    case key
    case revoked
    case expired
    case tenant

    /// What a backend is told.
    package var error: SpecError {
        SpecError(.authInvalid, reason: rawValue, message: sentence)
    }

    private var sentence: String {
        switch self {
        case .malformed: "This is no API key: one looks like `caas_<id>_<secret>`."
        case .key: "There is no such API key."
        case .revoked: "The API key was revoked."
        case .expired: "The API key has expired."
        case .tenant: "The API key is of no tenant of this service."
        }
    }
}

package import CAASProtocol

/// What is wrong with a token: `details.reason` of `AUTH_INVALID`, a closed list (R15, R56, R57).
///
/// A fault of one claim has the claim's name.
package enum TokenFault: String, Error, Sendable, CaseIterable {
    case tooLarge = "too_large"
    case malformed
    case algorithm
    case crit
    case tid
    case kid
    case signature
    case sub
    case exp
    case iat
    case nbf
    case lifetime
    case aud
    case iss
    case scope
    case name
    case picture
    case dev
    case jti

    /// What a client is told.
    package var error: SpecError {
        SpecError(.authInvalid, reason: rawValue, message: sentence)
    }

    private var sentence: String {
        switch self {
        case .tooLarge: "The token is larger than 8 KiB."
        case .malformed: "The token is no JSON Web Token."
        case .algorithm: "The token's algorithm is not the one of the tenant's key."
        case .crit: "The token's header has critical extensions, which are not supported."
        case .tid: "The token's `tid` names no tenant of this service."
        case .kid: "The token's `kid` is missing, or names no key of the tenant."
        case .signature: "The token's signature does not fit the tenant's key."
        case .sub: "The token's `sub` is missing or no user id."
        case .exp: "The token's `exp` is missing or no time in seconds."
        case .iat: "The token's `iat` is no time in seconds."
        case .nbf: "The token's `nbf` is no time in seconds, or still to come."
        case .lifetime: "The token lives longer than this service allows."
        case .aud: "The token's `aud` does not name this service."
        case .iss: "The token's `iss` is not the issuer that this service takes tokens of."
        case .scope: "The token's `scope` is no text."
        case .name: "The token's `name` is no text."
        case .picture: "The token's `picture` is no text."
        case .dev: "The token's `dev` is no text of 1 to 128 bytes."
        case .jti: "The token's `jti` is no text."
        }
    }
}

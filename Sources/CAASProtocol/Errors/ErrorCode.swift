/// The twelve codes of design §4; the set is closed, ``SpecError/reason`` is the open registry of sub-causes.
public enum ErrorCode: String, Sendable, Hashable, CaseIterable {
    /// No token was given.
    case authRequired = "AUTH_REQUIRED"
    /// The token is not valid.
    case authInvalid = "AUTH_INVALID"
    /// The token's `exp` has passed.
    case tokenExpired = "TOKEN_EXPIRED"
    /// Member without the right, banned, or outside what the token allows.
    case forbidden = "FORBIDDEN"
    /// The conversation exists, the user is no member of it.
    case notMember = "NOT_MEMBER"
    /// A field has the wrong type or range.
    case invalidPayload = "INVALID_PAYLOAD"
    /// A required field is absent.
    case missingField = "MISSING_FIELD"
    /// A rate, limit or quota is used up.
    case rateLimited = "RATE_LIMITED"
    /// Unknown, or another tenant's.
    case notFound = "NOT_FOUND"
    /// A lost race, or an id used again for something else.
    case alreadyExists = "ALREADY_EXISTS"
    /// A defect of the service.
    case internalError = "INTERNAL_ERROR"
    /// Something the service depends on is down, or an answer took too long.
    case unavailable = "UNAVAILABLE"

    /// Whether the same request may succeed later without a change (`details.retryable`).
    public var isRetryable: Bool {
        switch self {
        case .rateLimited, .unavailable, .internalError, .tokenExpired: true
        default: false
        }
    }
}

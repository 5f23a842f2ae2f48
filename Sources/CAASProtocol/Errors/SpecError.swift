/// The one error of the protocol: code, message, details, `retryAfter` (design §4, R14, R15).
public struct SpecError: Error, Sendable, Hashable {
    /// One of the twelve codes.
    public var code: ErrorCode
    /// For developers, in English; constant text, never the sender's content.
    public var message: String
    /// `details.field`: the path of the field in question, such as `data.content`.
    public var field: String?
    /// `details.reason`: the documented sub-cause.
    public var reason: String?
    /// More of `details`, in the order of writing.
    public var details: [Detail]
    /// Milliseconds after which a retry may succeed; at least 1 (R14).
    public var retryAfter: Int64?

    /// Makes an error; an empty message is replaced by the code's own sentence.
    public init(
        _ code: ErrorCode,
        field: String? = nil,
        reason: String? = nil,
        message: String? = nil,
        details: [Detail] = [],
        retryAfter: Int64? = nil
    ) {
        self.code = code
        self.field = field
        self.reason = reason
        self.message = message ?? Self.sentence(code, field: field)
        self.details = details
        self.retryAfter = retryAfter
    }

    /// One further member of `details`.
    public struct Detail: Sendable, Hashable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: Value

        /// Makes a detail.
        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }

        /// What a detail may hold.
        public enum Value: Sendable, Hashable {
            /// An integer.
            case integer(Int64)
            /// A text.
            case text(String)
            /// A list of integers.
            case integers([Int64])
        }
    }

    private static func sentence(_ code: ErrorCode, field: String?) -> String {
        let place = field.map { " (\($0))" } ?? ""
        return switch code {
        case .authRequired: "Authentication is required."
        case .authInvalid: "The token is not valid."
        case .tokenExpired: "The token has expired."
        case .forbidden: "This is not allowed."
        case .notMember: "Not a member of this conversation."
        case .invalidPayload: "The request is not valid\(place)."
        case .missingField: "A required field is missing\(place)."
        case .rateLimited: "Too many requests."
        case .notFound: "Not found\(place)."
        case .alreadyExists: "This exists already."
        case .internalError: "Something went wrong in the service."
        case .unavailable: "The service cannot do this at present."
        }
    }
}

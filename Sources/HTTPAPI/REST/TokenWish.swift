import CAASProtocol
import Chat

/// What a token is to say: the body of `POST /v1/tokens`.
struct TokenWish: JSONBody {
    private enum Field: String, CodingKey {
        case userId
        case name
        case scope
        case deviceId
        case expiresIn
    }

    /// An hour, as the command line has it, unless the service allows less.
    static let life = Duration.seconds(3600)

    let user: UserID
    let name: String?
    /// Names of R56 with a space between; nil leaves the claim out.
    let scope: String?
    /// The claim `dev`; nil makes a device of each connection.
    let device: String?
    /// Nil where nothing was said.
    let life: Duration?

    init(from decoder: any Decoder) throws {
        let fields = try RequestFields<Field>(decoder)
        user = try fields.user(.userId)
        name = try fields.value(.name)
        scope = try fields.value(.scope)
        device = try fields.value(.deviceId)
        // A name that nobody knows would make a token that opens less than was meant.
        if let scope, !Self.isScope(scope) { throw SpecError(.invalidPayload, field: "scope", reason: "unknown_scope") }
        guard let seconds: Int64 = try fields.value(.expiresIn) else {
            life = nil
            return
        }
        guard seconds >= 1 else { throw SpecError(.invalidPayload, field: "expiresIn") }
        life = .seconds(seconds)
    }

    private static func isScope(_ text: String) -> Bool {
        let names = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        return names.allSatisfy { name in Scopes(claim: String(decoding: name, as: UTF8.self)) != [] }
    }
}

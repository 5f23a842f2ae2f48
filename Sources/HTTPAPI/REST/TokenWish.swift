import CAASProtocol
import Chat
import Foundation

/// What a token is to say: the body of `POST /v1/tokens`.
struct TokenWish: Decodable {
    private enum Field: String, CodingKey {
        case userId
        case name
        case scope
        case expiresIn
    }

    /// An hour, as the command line has it, unless the service allows less.
    static let life = Duration.seconds(3600)

    let user: UserID
    let name: String?
    /// Names of R56 with a space between; nil leaves the claim out.
    let scope: String?
    /// Nil where nothing was said.
    let life: Duration?

    init(_ body: JSONFragment) throws(SpecError) {
        do {
            self = try JSONDecoder().decode(TokenWish.self, from: Data(body.utf8))
        } catch let error as SpecError {
            throw error
        } catch {
            throw SpecError(.invalidPayload, reason: "json")
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard let user: String = try Self.value(.userId, in: fields) else {
            throw SpecError(.missingField, field: "userId")
        }
        guard let id = UserID(user), !id.namesKey else { throw SpecError(.invalidPayload, field: "userId") }
        self.user = id
        name = try Self.value(.name, in: fields)
        scope = try Self.value(.scope, in: fields)
        // A name that nobody knows would make a token that opens less than was meant.
        if let scope, !Self.isScope(scope) { throw SpecError(.invalidPayload, field: "scope", reason: "unknown_scope") }
        guard let seconds: Int64 = try Self.value(.expiresIn, in: fields) else {
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

    private static func value<Value: Decodable>(
        _ field: Field,
        in fields: KeyedDecodingContainer<Field>
    ) throws -> Value? {
        do { return try fields.decodeIfPresent(Value.self, forKey: field) } catch {
            throw SpecError(.invalidPayload, field: field.rawValue)
        }
    }
}

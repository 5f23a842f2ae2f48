import CAASProtocol
import Chat
import Foundation
import Gateway
import NIOHTTP1

extension RESTRoute {
    /// `/v1/tokens` (R70).
    static let tokens: [RESTRoute] = [
        RESTRoute(
            method: .POST,
            path: "/v1/tokens",
            access: .adminKey,
            operation: Operation(
                id: "createToken",
                summary: "Signs a token with which a user connects: HS256, with the tenant's secret.",
                tag: "tokens",
                body: "NewToken",
                author: .none,
                answers: [.ok("Token", "The token; nothing of it is kept.")]
            )
        ) { call throws(SpecError) in
            let wish = try TokenWish(call.body())
            return try await call.service.sign(wish, for: call.caller)
        }
    ]
}

extension RESTService {
    fileprivate func sign(_ wish: TokenWish, for caller: Caller) async throws(SpecError) -> PlainResponse {
        let longest = authority.lifetime
        if let life = wish.life, life > longest {
            let limit = SpecError.Detail("limit", .integer(longest.components.seconds))
            throw SpecError(.invalidPayload, field: "expiresIn", reason: "lifetime", details: [limit])
        }
        do {
            let signed = try await authority.sign(
                user: wish.user,
                tenant: caller.tenant,
                name: wish.name,
                scope: wish.scope,
                expiresIn: wish.life ?? min(TokenWish.life, longest),
                now: clock()
            )
            // A token has no character that JSON escapes.
            return .json(Array(#"{"token":"\#(signed.token)","expiresAt":\#(signed.expiresAt)}"#.utf8))
        } catch let error as SpecError {
            throw error
        } catch {
            throw SpecError(.internalError)
        }
    }
}

/// What a token is to say.
private struct TokenWish: Decodable {
    private enum Field: String, CodingKey {
        case userId
        case name
        case scope
        case expiresIn
    }

    /// An hour, as the command line has it, unless the service allows less.
    static let life = Duration.seconds(3600)
    /// Characters of a name.
    private static let nameCharacters = 256

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
        guard let id = UserID(user) else { throw SpecError(.invalidPayload, field: "userId") }
        self.user = id
        name = try Self.value(.name, in: fields)
        if let size = name?.unicodeScalars.count, size > Self.nameCharacters {
            throw SpecError(
                .invalidPayload,
                field: "name",
                reason: "too_large",
                details: [.init("limit", .integer(Int64(Self.nameCharacters))), .init("size", .integer(Int64(size)))]
            )
        }
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

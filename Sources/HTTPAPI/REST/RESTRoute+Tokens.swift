import CAASProtocol
import Chat
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
            // Signing asks the chat service for nothing, and costs the key what everything else costs it.
            _ = try await call.perform(.rate(.conversationJoin))
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
                device: wish.device,
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

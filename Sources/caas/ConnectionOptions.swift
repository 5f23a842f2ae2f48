import ArgumentParser
import CAASClient
import CAASProtocol
import CAASServer

/// Who connects to what, and joins which conversation.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The user's id; not needed with --token.")
    var user: String?

    @Option(help: "The conversation's id.")
    var conversation: String

    @Option(help: "Where the service is.")
    var url = "http://127.0.0.1:8080"

    @Option(help: "A token; without it one is made with the secret.")
    var token: String?

    @OptionGroup
    var secret: SecretOptions

    func validate() throws {
        if token != nil, secret.data != nil || secret.jwtSecretFile != nil {
            throw ValidationError("--token needs no secret: give --token, --data or --jwt-secret-file.")
        }
        guard token != nil || user != nil else { throw ValidationError("Missing expected argument '--user <user>'") }
    }

    func conversationID() throws(SpecError) -> ConversationID {
        guard let id = ConversationID(conversation) else { throw SpecError(.invalidPayload, field: "conversation") }
        return id
    }

    /// A connection that has joined the conversation.
    func join() async throws -> CAASConnection {
        let conversation = try conversationID()
        let connection = try await CAASClient.connect(to: url, token: try await tokenOrSigned())
        _ = try await connection.send("conversation:join", conversation: conversation)
        return connection
    }

    private func tokenOrSigned() async throws -> String {
        if let token { return token }
        guard let user = UserID(user ?? ""), let tenant = TenantID("default") else {
            throw SpecError(.invalidPayload, field: "user")
        }
        return try await secret.issuer().token(user: user, tenant: tenant, expiresIn: .seconds(3600), now: Output.now())
    }
}

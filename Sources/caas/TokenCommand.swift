import ArgumentParser
import CAASProtocol
import CAASServer

/// `caas token`: prints a token and nothing else.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print a token, signed with a secret on this machine."
    )

    @Option(help: "The user's id, `sub`.")
    var user: String

    @Option(help: "The tenant's id, `tid`.")
    var tenant = "default"

    @Option(help: "How others see the user.")
    var name: String?

    @Option(help: "Space-separated scopes; without it chat, presence, calls and media are open.")
    var scope: String?

    @Option(help: "What the service wants `aud` to name.")
    var audience: String?

    @Option(help: "What the service wants `iss` to be.")
    var issuer: String?

    @Option(help: "Seconds until it expires.")
    var expiresIn: Int = 3600

    @OptionGroup
    var secret: SecretOptions

    func run() async throws {
        try await Output.reportingFailure {
            guard let user = UserID(user) else { throw SpecError(.invalidPayload, field: "user") }
            guard let tenant = TenantID(tenant) else { throw SpecError(.invalidPayload, field: "tenant") }
            let token = try await secret.issuer().token(
                user: user,
                tenant: tenant,
                name: name,
                scope: scope,
                audience: audience,
                issuer: issuer,
                expiresIn: .seconds(expiresIn),
                now: Output.now()
            )
            try Output.line(token)
        }
    }
}

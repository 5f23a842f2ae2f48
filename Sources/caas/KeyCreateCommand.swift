import ArgumentParser
import CAASServer

/// `caas key create`: prints the new key and nothing else.
struct KeyCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an API key and print it: this is the only time it can be seen."
    )

    @Option(help: "What the key is for.")
    var name: String

    @Option(help: "Space-separated scopes; `admin` opens everything.")
    var scope = "admin"

    @Option(help: "The tenant's id: one that the service has.")
    var tenant = "default"

    @Option(help: "Seconds until it expires; without it the key does not.")
    var expiresIn: Int?

    @OptionGroup
    var location: DataOptions

    func run() async throws {
        try await Output.reportingFailure {
            let register = try APIKeyRegister(data: location.data)
            let key = try register.create(
                name: name,
                tenant: tenant,
                scope: scope,
                expiresIn: expiresIn,
                now: Output.now()
            )
            try Output.line(key)
        }
    }
}

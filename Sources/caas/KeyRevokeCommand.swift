import ArgumentParser
import CAASServer

/// `caas key revoke`: makes a key useless and prints what is known of it.
struct KeyRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a key for good, within two seconds also for a service that runs."
    )

    @Argument(help: "The key's id: the part between the underscores.")
    var id: String

    @OptionGroup
    var location: DataOptions

    func run() async throws {
        try await Output.reportingFailure {
            try Output.line(try APIKeyRegister(data: location.data).revoke(id, now: Output.now()).line)
        }
    }
}

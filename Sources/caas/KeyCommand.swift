import ArgumentParser

/// `caas key`: the API keys of backends, in the data directory of a service that may be running.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, list and revoke the API keys of backends; works while the service runs.",
        subcommands: [KeyCreateCommand.self, KeyListCommand.self, KeyRevokeCommand.self]
    )
}

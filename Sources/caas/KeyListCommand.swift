import ArgumentParser
import CAASServer

/// `caas key list`: prints what is known of each key, one JSON object a line.
struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Print all keys without their secrets, one JSON object a line, the oldest first."
    )

    @OptionGroup
    var location: DataOptions

    func run() async throws {
        try await Output.reportingFailure {
            for key in try APIKeyRegister(data: location.data).list(now: Output.now()) { try Output.line(key.line) }
        }
    }
}

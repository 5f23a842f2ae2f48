import ArgumentParser

/// The command line.
struct CAASCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caas",
        abstract: "Chat as a service: a durable socket server, and what one needs to try it.",
        subcommands: [
            ServeCommand.self, TokenCommand.self, KeyCommand.self, SendCommand.self, TailCommand.self,
        ]
    )
}

import ArgumentParser
import CAASClient
import CAASProtocol
import Foundation

/// `caas send`: joins a conversation, sends one message and prints the data of its acknowledgement.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Join a conversation, send one text and print the acknowledgement's data.",
        discussion: "A text that begins with a dash stands behind `--`.",
        // With -h among the names, a text such as "-hello" would print the help and send nothing.
        helpNames: .long
    )

    @OptionGroup
    var connection: ConnectionOptions

    @Argument(help: "What to say.")
    var text: String

    func run() async throws {
        try await Output.reportingFailure {
            let content = try JSONEncoder().encode(["content": text])
            let data = try JSONFragment(parsing: [UInt8](content).span.bytes)
            let session = try await connection.join()
            let answer = try await session.send(
                "message:send",
                conversation: try connection.conversationID(),
                data: data
            )
            try Output.line(answer.line)
            await session.close()
        }
    }
}

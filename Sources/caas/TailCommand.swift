import ArgumentParser
import CAASClient
import CAASProtocol

/// `caas tail`: joins a conversation and prints what happens there, one frame per line.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Join a conversation and print its frames, one per line, until SIGINT or SIGTERM."
    )

    @OptionGroup
    var connection: ConnectionOptions

    func run() async throws {
        let signals = EndSignals()
        defer { withExtendedLifetime(signals) {} }
        let ends = signals.events
        try await Output.reportingFailure {
            try await withThrowingTaskGroup { group in
                group.addTask { try await follow() }
                group.addTask { for await _ in ends { return } }
                // Whatever ends first ends the other.
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Returns when the task is cancelled or nobody reads any more.
    private func follow() async throws {
        let conversation = try connection.conversationID()
        let session = try await connection.join()
        for try await frame in session.events
        where frame.conversationID == nil || frame.conversationID == conversation {
            try Output.line(frame.line)
        }
        await session.close()
    }
}

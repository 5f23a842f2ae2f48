/// Runs every case that a fuzzing server of the Autobahn suite has, and asks it to write its report.
///
/// usage: ConformanceClient PORT AGENT
@main
struct ConformanceClient {
    static func main() async throws {
        guard CommandLine.arguments.count == 3, let port = Int(CommandLine.arguments[1]) else {
            throw UsageError()
        }
        let agent = CommandLine.arguments[2]
        let answer = try await EchoConnection.run(port: port, path: "/getCaseCount")
        guard let count = answer.flatMap({ Int($0) }), count > 0 else { throw NoCases(answer: answer) }
        for number in 1...count {
            _ = try await EchoConnection.run(port: port, path: "/runCase?case=\(number)&agent=\(agent)")
        }
        _ = try await EchoConnection.run(port: port, path: "/updateReports?agent=\(agent)")
        print("ran \(count) cases")
    }
}

struct UsageError: Error, CustomStringConvertible {
    var description: String { "usage: ConformanceClient PORT AGENT" }
}

struct NoCases: Error {
    /// What the suite said instead of their number.
    var answer: String?
}

import ArgumentParser
import CAASProtocol
import CAASServer
import Foundation

/// `caas serve`: one node.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve until SIGTERM or SIGINT.",
        discussion:
            "Prints `caas ready URL` when it accepts connections; logs go to standard error. Settings also come "
            + "from the environment (CAAS_…) and from the file: docs/configuration.md lists them."
    )

    @Option(help: "A JSON file with settings.")
    var config: String?

    @Option(help: "development or production.")
    var environment: String?

    @Option(help: "The address to listen on; localhost is 127.0.0.1 and ::1.")
    var host: String?

    @Option(help: "The port; 0 picks a free one.")
    var port: Int?

    @Option(help: "The directory that keeps everything.")
    var data: String?

    @Option(help: "The file with the HS256 secret.")
    var jwtSecretFile: String?

    @Option(help: "The file with an issuer's public keys (JWKS), in place of the secret.")
    var jwksFile: String?

    @Option(help: "What the aud of tokens must name.")
    var audience: String?

    @Flag(help: "Lift rates and counts; refused in production.")
    var noRateLimits = false

    @Flag(help: "Let development listen where other machines reach it.")
    var allowRemoteDevelopment = false

    @Flag(help: "Serve what conformance suites talk to: /v1/echo and /v1/conformance/; refused in production.")
    var conformance = false

    @Flag(help: "Say whether the configuration is good, and start nothing.")
    var checkConfig = false

    func run() async throws {
        do {
            let configuration = try await ServerConfiguration.load(
                file: config,
                flags: flags,
                environment: ProcessInfo.processInfo.environment
            )
            guard !checkConfig else { return try Output.line("configuration ok") }
            try await Server(configuration).run(announce: Self.announce)
        } catch let error as ConfigurationError {
            for problem in error.problems { Output.complaint(problem) }
            throw ExitCode.failure
        } catch let error as SpecError {
            Output.complaint(error.message)
            throw ExitCode.failure
        } catch {
            Output.complaint("\(error)")
            throw ExitCode.failure
        }
    }

    /// Prints the line that says where the service is.
    ///
    /// Whoever reads no further, as `| head -1`, is served all the same; where the line cannot be written at all, whoever waits
    /// for it would wait for ever.
    private static func announce(_ line: String) throws {
        do {
            try Output.line(line)
        } catch is Output.Closed {}
    }

    /// What the command line says; a flag that is not there says nothing.
    private var flags: [Setting: Setting.Value] {
        var flags: [Setting: Setting.Value] = [:]
        flags[.environment] = environment.map { .text($0) }
        flags[.host] = host.map { .text($0) }
        flags[.port] = port.map { .integer($0) }
        flags[.data] = data.map { .text($0) }
        flags[.jwtSecretFile] = jwtSecretFile.map { .text($0) }
        flags[.jwksFile] = jwksFile.map { .text($0) }
        flags[.audience] = audience.map { .text($0) }
        if noRateLimits { flags[.noRateLimits] = .flag(true) }
        if allowRemoteDevelopment { flags[.allowRemoteDevelopment] = .flag(true) }
        if conformance { flags[.conformance] = .flag(true) }
        return flags
    }
}

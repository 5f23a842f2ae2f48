import ArgumentParser
import CAASClient
import CAASProtocol
import CAASServer
import Foundation

/// What the commands write: results on standard output, complaints on standard error.
enum Output {
    /// Nobody reads standard output any more.
    struct Closed: Error {}

    /// Writes one line at once, whatever standard output is.
    static func line(_ text: String) throws {
        let fault = write(text + "\n", to: STDOUT_FILENO)
        if fault == EPIPE { throw Closed() }
        guard fault == 0 else {
            throw SpecError(.unavailable, reason: "output", message: "Standard output cannot be written.")
        }
    }

    /// Writes a sentence for people.
    static func complaint(_ text: String) {
        _ = write("caas: \(text)\n", to: STDERR_FILENO)
    }

    /// Runs a command that fails with exit 1 and the error object on standard error.
    static func reportingFailure(_ command: () async throws -> Void) async throws {
        do {
            try await command()
        } catch is Closed {
            // As with `| head -1`: who stops reading wants no more.
        } catch let error as CAASError {
            try fail(error)
        } catch let error as SpecError {
            try fail(CAASError(error))
        } catch let error as ConfigurationError {
            try fail(CAASError(SpecError(.invalidPayload, reason: "secret", message: error.description)))
        }
    }

    /// Unix milliseconds.
    static func now() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    private static func fail(_ error: CAASError) throws -> Never {
        _ = write(error.json.text + "\n", to: STDERR_FILENO)
        throw ExitCode.failure
    }

    /// Writes everything; the system's number of what went wrong, or 0.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return errno }
            rest.removeFirst(count)
        }
        return 0
    }
}

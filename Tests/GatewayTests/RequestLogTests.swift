import CAASProtocol
import Chat
import CoreMetrics
import Logging
import Synchronization
import Testing

@testable import Gateway

@Suite("What is kept of requests by no socket") struct RequestLogTests {
    @Test(arguments: [
        (SpecError(.authInvalid, reason: "signature"), "signature"), (SpecError(.tokenExpired), "expired"),
        (SpecError(.authRequired), "missing"), (SpecError(.authRequired, reason: "scheme"), "scheme"),
    ])
    func `a credential that is no good is a line with its reason`(_ error: SpecError, _ reason: String) {
        let lines = Lines()
        RequestLog(logger: lines.logger).refused(error)
        #expect(lines.all == ["token_refused [\"reason\": \(reason)]"])
    }

    @Test func `a refusal that is nobody's attack is counted and not written`() {
        let lines = Lines()
        RequestLog(logger: lines.logger).refused(SpecError(.notFound, reason: "conversation"))
        #expect(lines.all == [])
    }

    @Test func `a flood is one line a second, and acts are all written`() throws {
        let lines = Lines()
        let log = RequestLog(logger: lines.logger)
        for _ in 0..<1_000 { log.refused(SpecError(.tokenExpired)) }
        // A slow machine may need more than one second for them.
        #expect((1..<100).contains(lines.all.count))
        let before = lines.all.count
        let tenant = try #require(TenantID("acme"))
        let itself = try #require(Actor.key("k", tenant: tenant, scopes: .admin, asUser: nil))
        for _ in 0..<50 { log.acted("createToken", key: "k", itself, error: nil) }
        #expect(lines.all.count == before + 50)
        #expect(!(lines.all.last ?? "").contains("asUser"))
        let asAlice = try #require(Actor.key("k", tenant: tenant, scopes: .admin, asUser: UserID("alice")))
        log.acted("deleteMessage", key: "k", asAlice, error: nil)
        #expect((lines.all.last ?? "").contains("alice"))
    }
}

/// Keeps what is logged.
private final class Lines: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Keeper(keep: { line in self.kept.withLock { $0.append(line) } }) }
    }

    private struct Keeper: LogHandler {
        let keep: @Sendable (String) -> Void
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            keep("\(event.message) \(event.metadata ?? [:])")
        }
    }
}

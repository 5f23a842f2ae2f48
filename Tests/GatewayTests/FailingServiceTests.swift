import CAASClient
import CAASProtocol
import Chat
import Dispatch
import Foundation
import Synchronization
import Testing
import WebSocketWire

@testable import Gateway

@Suite("A service whose store fails, over real sockets, R11, R15") struct FailingServiceTests {
    @Test func `a defect is an internal error with a trace, and the connection lives on`() async throws {
        struct Defect: Error {}
        let storage = BrittleStorage()
        try await withConnection(storage) { connection in
            _ = try await connection.send("conversation:join", conversation: ConversationID("room"))
            storage.failure.withLock { $0 = Defect() }
            let parts = try await refusal(of: "lost", on: connection)
            #expect(parts.code == "INTERNAL_ERROR")
            #expect(parts.message.isEmpty == false)
            #expect(parts.details.traceId?.isEmpty == false)
            #expect(parts.details.field == nil)
            #expect(parts.details.reason == nil)
            #expect(parts.details.retryable)
            #expect(parts.retryAfter == nil)
            // Each failure has a trace of its own, and none ends the connection.
            let other = try await refusal(of: "lost too", on: connection)
            #expect(other.details.traceId != parts.details.traceId)
            _ = try await connection.send("ping")
            storage.failure.withLock { $0 = nil }
            _ = try await sayUntilAnswered("kept", on: connection)
        }
    }

    @Test func `a store that hangs is answered in time, and the same id finds out later`() async throws {
        let storage = BrittleStorage()
        try await withConnection(storage) { connection in
            _ = try await connection.send("conversation:join", conversation: ConversationID("room"))
            storage.gate.wait()
            let error = await #expect(throws: CAASError.self) { try await say("slow", on: connection, id: "m1") }
            let parts = try Parts(of: #require(error))
            #expect(parts.code == "UNAVAILABLE")
            #expect(parts.details.reason == "timeout")
            #expect(parts.details.field == nil)
            #expect(parts.details.retryable)
            _ = try await connection.send("ping")
            storage.gate.signal()
            let answer = try await sayUntilAnswered("slow", on: connection, id: "m1")
            let text = String(decoding: answer.utf8, as: UTF8.self)
            #expect(text.contains(#""seq":1"#))
            #expect(text.contains(#""duplicate":true"#))
        }
    }

    @Test func `a store that fails is unavailable for a moment, and the connection lives on`() async throws {
        let storage = BrittleStorage()
        try await withConnection(storage) { connection in
            _ = try await connection.send("conversation:join", conversation: ConversationID("room"))
            for (failure, reason, retryAfter) in [
                (StorageError.failed("disk"), "storage", 1_000), (.full, "storage_full", 5_000),
            ] {
                storage.failure.withLock { $0 = failure }
                let parts = try await refusal(of: "lost", on: connection)
                #expect(parts.code == "UNAVAILABLE")
                #expect(parts.details.reason == reason)
                #expect(parts.details.field == nil)
                #expect(parts.details.traceId?.isEmpty == false)
                #expect(parts.details.retryable)
                #expect(parts.retryAfter == retryAfter)
                _ = try await connection.send("ping")
            }
            storage.failure.withLock { $0 = nil }
            _ = try await sayUntilAnswered("kept", on: connection)
        }
    }

    /// An error as a client reads it.
    private struct Parts: Decodable {
        struct Details: Decodable {
            let field: String?
            let reason: String?
            let traceId: String?
            let retryable: Bool
        }

        let code: String
        let message: String
        let details: Details
        let retryAfter: Int?

        init(of error: CAASError) throws {
            self = try JSONDecoder().decode(Self.self, from: Data(error.json.utf8))
        }
    }

    @discardableResult
    private func say(_ text: String, on connection: CAASConnection, id: String? = nil) async throws -> JSONFragment {
        try await connection.send(
            "message:send",
            conversation: ConversationID("room"),
            data: JSONFragment(parsing: #"{"content":"\#(text)"}"#),
            id: id.flatMap { FrameID($0) }
        )
    }

    /// Says the same again for as long as the service has no time for it.
    private func sayUntilAnswered(
        _ text: String,
        on connection: CAASConnection,
        id: String? = nil
    ) async throws -> JSONFragment {
        while true {
            do {
                return try await say(text, on: connection, id: id)
            } catch let error as CAASError where error.reason == "timeout" {}
        }
    }

    /// What the service refuses this with once it has time for it.
    private func refusal(of text: String, on connection: CAASConnection) async throws -> Parts {
        while true {
            let error = await #expect(throws: CAASError.self) { try await say(text, on: connection) }
            let parts = try Parts(of: #require(error))
            if parts.details.reason != "timeout" { return parts }
        }
    }

    /// Runs a gateway on `storage` with one connection to it, which lives however long this process gets no turn.
    private func withConnection(_ storage: BrittleStorage, _ body: (CAASConnection) async throws -> Void) async throws {
        var limits = ClientLimits()
        limits.connectTimeout = .seconds(60)
        limits.ackTimeout = .seconds(300)
        limits.heartbeat = nil
        var settings = GatewaySettings()
        settings.socket.pingInterval = nil
        settings.authenticationTimeout = .seconds(60)
        try await LiveGateway.run(storage: storage, settings: settings) { live in
            let connection = try await live.connect("alice", limits: limits)
            try await body(connection)
            await connection.close()
        }
    }
}

/// An in-memory store that fails, or hangs, when told to.
private final class BrittleStorage: Storage {
    let failure = Mutex<(any Error)?>(nil)
    /// Taken by each transaction while it runs.
    let gate = DispatchSemaphore(value: 1)
    private let storage = InMemoryStorage()

    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        gate.wait()
        defer { gate.signal() }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return try storage.write(body)
    }

    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result { try storage.read(body) }
    func close() throws { try storage.close() }
}

import CAASProtocol
import Synchronization
import Testing

@testable import Chat

@Suite("When the store fails, R11, G11") struct FailureTests {
    @Test func `a full disk refuses what writes and harms nothing that was there`() throws {
        let storage = FailingStorage()
        let service = ChatService(storage: storage)
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let now = ContinuousClock.now
        _ = service.process(
            [try chat.request(alice, .connect), try chat.request(alice, .join(.named("room")))],
            now: now,
            time: 1
        )
        storage.error.withLock { $0 = .full }
        let refused = service.process(
            [try chat.request(alice, sending("lost", to: "room"), frame: "m1")],
            now: now,
            time: 2
        )
        guard case .failure(let error) = refused.answers(to: alice).first else { throw Unexpected(what: "\(refused)") }
        #expect(error.code == .unavailable)
        #expect(error.reason == "storage_full")
        #expect(error.retryAfter != nil)
        #expect(refused.events.isEmpty)
        storage.error.withLock { $0 = nil }
        let taken = service.process(
            [try chat.request(alice, sending("lost", to: "room"), frame: "m1")],
            now: now,
            time: 3
        )
        guard case .success(_, .sent(_, 1, 1, false)) = taken.answers(to: alice).first else {
            throw Unexpected(what: "\(taken)")
        }
    }

    @Test func `a defect is an internal error under an id that the log has too`() throws {
        struct Defect: Error {}
        let storage = FailingStorage()
        let reported = Mutex<[String]>([])
        let service = ChatService(storage: storage) { id, _ in reported.withLock { $0.append(id) } }
        let chat = Transcript()
        let alice = try chat.connect("alice")
        storage.defect.withLock { $0 = Defect() }
        let answers = service.process([try chat.request(alice, sending("x", to: "room"))], now: .now, time: 1)
            .answers(to: alice)
        guard case .failure(let error) = answers.first else { throw Unexpected(what: "\(answers)") }
        #expect(error.code == .internalError)
        #expect(error.details == reported.withLock { $0.map { .init("traceId", .text($0)) } })
    }

    @Test func `whoever goes while the store is down is gone`() throws {
        let storage = FailingStorage()
        let service = ChatService(storage: storage)
        let chat = Transcript()
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        let batch = try [alice, bob].flatMap {
            [try chat.request($0, .connect), try chat.request($0, .join(.named("room")))]
        }
        _ = service.process(batch, now: .now, time: 1)
        storage.error.withLock { $0 = .failed("down") }
        _ = service.process([try chat.request(bob, .disconnect)], now: .now, time: 2)
        storage.error.withLock { $0 = nil }
        let deliveries = service.process([try chat.request(alice, sending("x", to: "room"))], now: .now, time: 3)
        #expect(deliveries.events.isEmpty)
    }

    @Test func `one request that the store cannot take does not harm the others of its batch`() throws {
        let storage = FailingStorage()
        storage.poison.withLock { $0 = "poison" }
        let service = ChatService(storage: storage)
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let now = ContinuousClock.now
        _ = service.process(
            [try chat.request(alice, .connect), try chat.request(alice, .join(.named("room")))],
            now: now,
            time: 1
        )
        let batch = try ["one", "two", "poison", "three"].map { try chat.request(alice, sending($0, to: "room")) }
        let answers = service.process(batch, now: now, time: 2).answers(to: alice)
        #expect(answers.map(\.isSuccess) == [true, true, false, true])
    }

    @Test func `what cannot be read is refused as such without a store too`() throws {
        let storage = FailingStorage()
        let service = ChatService(storage: storage)
        let chat = Transcript()
        let alice = try chat.connect("alice")
        storage.error.withLock { $0 = .failed("down") }
        let fault = SpecError(.missingField, field: "data.content")
        let request = try chat.request(alice, .malformed(.messageSend, .named("room"), fault))
        let answers = service.process([request], now: .now, time: 1).answers(to: alice)
        #expect(answers == [.failure(fault)])
    }

    @Test func `what is tried again counts once against the conversation`() throws {
        let storage = FailingStorage()
        storage.poison.withLock { $0 = "poison" }
        let service = ChatService(storage: storage)
        let chat = Transcript()
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        let now = ContinuousClock.now
        let arrivals = try [alice, bob].flatMap {
            [try chat.request($0, .connect), try chat.request($0, .join(.named("room")))]
        }
        _ = service.process(arrivals, now: now, time: 1)
        // Tried twice, and then in halves: the good ones five times at most, the bad one six times.
        let texts = ["poison"] + (1...15).map { "\($0)" }
        let batch = try texts.map { try chat.request(alice, sending($0, to: "room")) }
        let answers = service.process(batch, now: now, time: 2).answers(to: alice)
        #expect(answers.filter(\.isSuccess).count == 15)
        let rest = try (1...20).map { try chat.request(bob, sending("\($0)", to: "room")) }
        #expect(service.process(rest, now: now, time: 3).answers(to: bob).filter(\.isSuccess).count == 20)
    }
}

extension Acknowledgement {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}

/// An in-memory store that fails when told to, or on one content.
final class FailingStorage: Storage {
    let error = Mutex<StorageError?>(nil)
    let readError = Mutex<StorageError?>(nil)
    let poison = Mutex<String?>(nil)
    let defect = Mutex<(any Error)?>(nil)
    private let storage = InMemoryStorage()

    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        if let defect = defect.withLock({ $0 }) { throw defect }
        return try storage.write { store in
            let result = try body(store)
            // Late, as a commit fails: what was decided by then must not count.
            if let error = error.withLock({ $0 }) { throw error }
            guard let poison = poison.withLock({ $0 }),
                let tenant = TenantID("acme"), let room = ConversationID("room"),
                let record = try store.conversation(ConversationKey(tenant: tenant, conversation: room))
            else { return result }
            for row in try store.messages(in: record, .latest, limit: 100) where row.message.body.content == poison {
                throw StorageError.failed("poison")
            }
            return result
        }
    }

    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result {
        if let error = readError.withLock({ $0 }) { throw error }
        return try storage.read(body)
    }
    func close() throws { try storage.close() }
}

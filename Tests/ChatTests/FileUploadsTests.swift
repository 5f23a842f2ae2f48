import CAASProtocol
import Dispatch
import Synchronization
import Testing

@testable import Chat

@Suite("Files: two at once on a connection, R53", .timeLimit(.minutes(1))) struct FileUploadsTests: FileWords {
    let chat = Transcript()
    private let storage = WatchedStorage()
    private let service: ChatService
    private let alice: Actor

    init() throws {
        service = ChatService(storage: storage)
        alice = try chat.connect("alice")
        _ = service.process(
            [try chat.request(alice, .connect), try chat.request(alice, .join(.named("room")))],
            now: .now,
            time: 1
        )
    }

    private func say(_ actor: Actor, _ commands: ChatRequest.Command..., frame: String? = nil) throws -> [Bool] {
        let batch = try commands.map { try chat.request(actor, $0, frame: frame) }
        return service.process(batch, now: .now, time: 1).answers(to: actor).map {
            if case .success = $0 { true } else { false }
        }
    }

    /// What alice begins.
    private func begun(_ command: ChatRequest.Command, frame: String) throws -> FileID {
        let answers = service.process([try chat.request(alice, command, frame: frame)], now: .now, time: 1)
            .answers(to: alice)
        guard case .success(_, .uploading(let file, _, _, _))? = answers.first else {
            throw Unexpected(what: "\(answers)")
        }
        return file
    }

    @Test func `a place that a transaction has given is given to nobody before its end`() throws {
        let granted = Mutex(0)
        let (uploads, connection) = (service.uploads, alice.connection)
        storage.beforeCommit.withLock {
            $0 = {
                for _ in 0..<2 where (try? uploads.takeUp(.random(), on: connection)) != nil {
                    granted.withLock { $0 += 1 }
                }
            }
        }
        #expect(try say(alice, begin("room"), begin("room")) == [true, true])
        #expect(granted.withLock { $0 } == 0)
        #expect(uploads.count(of: connection) == 2)
    }

    @Test func `a place that is taken beside the transaction is not given in it`() throws {
        let (uploads, connection) = (service.uploads, alice.connection)
        storage.beforeBody.withLock {
            $0 = { for _ in 0..<2 { try? uploads.takeUp(.random(), on: connection) } }
        }
        #expect(try say(alice, begin("room"), begin("room")) == [false, false])
        #expect(uploads.count(of: connection) == 2)
    }

    @Test func `what was not stored, or was refused, holds no place`() throws {
        storage.failsAtCommit.store(true, ordering: .relaxed)
        #expect(try say(alice, begin("room"), begin("room")) == [false, false])
        #expect(service.uploads.count(of: alice.connection) == 0)
        storage.failsAtCommit.store(false, ordering: .relaxed)
        #expect(try say(alice, begin("nowhere"), begin("room", size: 0), begin("room")) == [false, false, true])
        #expect(service.uploads.count(of: alice.connection) == 1)
    }

    @Test func `a file that is begun again stays where it was if the store fails`() throws {
        let phone = try chat.connect("alice")
        _ = try say(phone, .connect)
        let command = try begin("room")
        #expect(try say(alice, command, frame: "b1") == [true])
        storage.failsAtCommit.store(true, ordering: .relaxed)
        #expect(try say(phone, command, frame: "b1") == [false])
        #expect(service.uploads.count(of: phone.connection) == 0)
        #expect(service.uploads.count(of: alice.connection) == 1)
        storage.failsAtCommit.store(false, ordering: .relaxed)
        #expect(try say(phone, command, frame: "b1") == [true])
        #expect(service.uploads.count(of: phone.connection) == 1)
        #expect(service.uploads.count(of: alice.connection) == 0)
    }

    @Test(arguments: [true, false])
    func `a file that is begun again goes on where it was until that is stored`(isStored: Bool) throws {
        let phone = try chat.connect("alice")
        _ = try say(phone, .connect)
        let command = try begin("room")
        let file = try begun(command, frame: "b1")
        let seen = Mutex<Set<ConnectionID?>>([])
        let uploads = service.uploads
        storage.beforeCommit.withLock { $0 = { seen.withLock { _ = $0.insert(uploads.sender(of: file)) } } }
        storage.failsAtCommit.store(!isStored, ordering: .relaxed)
        #expect(try say(phone, command, frame: "b1") == [isStored])
        #expect(seen.withLock { $0 } == [alice.connection])
        #expect(uploads.sender(of: file) == (isStored ? phone : alice).connection)
    }

    @Test(arguments: [true, false])
    func `who takes a file up while it is begun again has it`(isStored: Bool) throws {
        let phone = try chat.connect("alice")
        _ = try say(phone, .connect)
        let command = try begin("room")
        let file = try begun(command, frame: "b1")
        let (uploads, owner) = (service.uploads, alice.connection)
        storage.beforeCommit.withLock { $0 = { try? uploads.takeUp(file, on: owner) } }
        storage.failsAtCommit.store(!isStored, ordering: .relaxed)
        #expect(try say(phone, command, frame: "b1") == [isStored])
        #expect(uploads.sender(of: file) == owner)
        #expect(uploads.count(of: phone.connection) == 0)
    }

    @Test func `who has gone takes nothing up any more`() throws {
        let file = FileID.random()
        let uploads = service.uploads
        try uploads.takeUp(file, on: alice.connection)
        _ = try say(alice, .disconnect)
        #expect(throws: SpecError.resumedElsewhere) { try uploads.takeUp(file, on: alice.connection) }
        #expect(uploads.sender(of: file) == nil)
        #expect(uploads.count(of: alice.connection) == 0)
    }

    @Test func `however many ask at once, two are given, and nothing is left of who goes meanwhile`() {
        let uploads = FileUploads()
        let connections = (1...4).map { ConnectionID(loop: 0, number: $0) }
        let files = (0..<32).map { _ in FileID.random() }
        let most = Mutex(0)
        for round in 0..<50 {
            for connection in connections { uploads.connect(connection) }
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                for step in 0..<40 {
                    let file = files[(thread * 7 + step * 5 + round) % files.count]
                    let connection = connections[step % connections.count]
                    switch (thread, step % 10) {
                    // One thread alone is the chat queue.
                    case (0, 0): uploads.beginTransaction()
                    case (0, 9): if round % 2 == 0 { uploads.rollBackTransaction() }
                    case (0, _): try? uploads.give(file, to: connection)
                    case (1, 5): uploads.end(file)
                    case (2, 7) where step > 20: uploads.disconnect(connection)
                    default: try? uploads.takeUp(file, on: connection)
                    }
                    let count = uploads.count(of: connection)
                    most.withLock { $0 = max($0, count) }
                }
            }
            uploads.rollBackTransaction()
            #expect(connections.allSatisfy { uploads.count(of: $0) <= FileUploads.perConnection })
            for connection in connections { uploads.disconnect(connection) }
            #expect(files.allSatisfy { uploads.sender(of: $0) == nil })
        }
        #expect(most.withLock { $0 } == FileUploads.perConnection)
    }

    @Test func `what begins and goes on at once on one connection is two files`() async throws {
        let (answers, sink) = AsyncStream<Acknowledgement>.makeStream()
        let queue = ChatQueue(
            storage: InMemoryStorage(),
            settings: ChatSettings(),
            sink: AnswerSink(answers: sink),
            clock: { 1 }
        )
        let caller = Actor.user(alice.user, scopes: .standard)
        let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("room"))
        _ = await queue.perform(.create(creation), as: caller, frame: .random())
        var pipeline: [ChatRequest.Command] = []
        for _ in 0..<4 {
            let answer = await queue.perform(try begin("room"), as: caller, frame: .random())
            guard case .success(_, .uploading(let file, _, _, _)) = answer else { throw Unexpected(what: "\(answer)") }
            pipeline += [.resumeFile(FileResume(fileID: file)), try begin("room")]
        }
        #expect(queue.submit(ChatRequest(actor: alice, frame: .random(), command: .connect)))
        // Every frame of a connection comes after it is connected.
        #expect(queue.submit(ChatRequest(actor: alice, frame: .random(), command: .join(try .named("room")))))
        var received = answers.makeAsyncIterator()
        _ = await received.next()
        for command in pipeline {
            #expect(queue.submit(ChatRequest(actor: alice, frame: .random(), command: command)))
        }
        var granted = 0
        for _ in pipeline {
            if case .success(_, .uploading)? = await received.next() { granted += 1 }
        }
        #expect(granted == 2)
        queue.close()
    }
}

/// A store with something to be done, or going wrong, around its transactions.
private final class WatchedStorage: Storage {
    let beforeBody = Mutex<(@Sendable () -> Void)?>(nil)
    let beforeCommit = Mutex<(@Sendable () -> Void)?>(nil)
    let failsAtCommit = Atomic(false)
    private let storage = InMemoryStorage()

    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
        try storage.write { store in
            beforeBody.withLock { $0 }?()
            let result = try body(store)
            beforeCommit.withLock { $0 }?()
            if failsAtCommit.load(ordering: .relaxed) { throw StorageError.full }
            return result
        }
    }

    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result { try storage.read(body) }
    func close() throws { try storage.close() }
}

private struct AnswerSink: DeliverySink {
    let answers: AsyncStream<Acknowledgement>.Continuation

    func deliver(_ deliveries: [Delivery]) {
        for case .answer(let connection, _, let answer) in deliveries where !connection.isCaller {
            answers.yield(answer)
        }
    }

    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {
        answers.yield(acknowledgement)
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Files: announcing, and what arrives, R53") struct FileTests: FileWords {
    let chat = Transcript()

    // MARK: file:begin

    @Test func `a member gets an id that the service has made, and the same again for the same frame`() throws {
        let alice = try room("alice")[0]
        let command = try begin("room")
        let first = try chat.outcome(alice, command, frame: "b1")
        guard case .uploading(let file, 0, 32, false) = first else { throw Unexpected(what: "\(first)") }
        #expect(file.isOfService)
        let again = try chat.outcome(alice, command, frame: "b1")
        #expect(again == .uploading(file, nextIndex: 0, window: 32, duplicate: true))
        #expect(try chat.refusal(alice, begin("room", size: 1), frame: "b1").code == .alreadyExists)
    }

    @Test func `who asks again on another connection sends the file there`() throws {
        let alice = try room("alice")[0]
        let command = try begin("room")
        guard case .uploading(let file, _, _, _) = try chat.outcome(alice, command, frame: "b1") else {
            throw Unexpected(what: "no file")
        }
        #expect(chat.service.uploads.sender(of: file) == alice.connection)
        _ = try chat.say(alice, .disconnect)
        let again = try chat.connect("alice")
        _ = try chat.outcome(again, command, frame: "b1")
        #expect(chat.service.uploads.sender(of: file) == again.connection)
        _ = try chat.outcome(again, step(file, .complete(sha256: hash)))
        _ = try chat.outcome(again, command, frame: "b1")
        #expect(chat.service.uploads.count(of: again.connection) == 0)
    }

    @Test func `strangers and unknown conversations are refused`() throws {
        let alice = try chat.connect("alice")
        let mallory = try chat.connect("mallory")
        let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("private"))
        _ = try chat.outcome(alice, .create(creation))
        #expect(try chat.refusal(mallory, begin("private")).code == .notMember)
        #expect(try chat.refusal(mallory, begin("nowhere")).code == .notFound)
    }

    @Test(
        arguments: [
            ("", "image/png", 1, nil, 65_536, "data.name"), ("a", "image", 1, nil, 65_536, "data.mimeType"),
            ("a", "image/", 1, nil, 65_536, "data.mimeType"), ("a", "a/b\r\nx: y", 1, nil, 65_536, "data.mimeType"),
            ("a", "a/b", 0, nil, 65_536, "data.size"), ("a", "a/b", 1, nil, 1_023, "data.chunkSize"),
            ("a", "a/b", 1, nil, 258_033, "data.chunkSize"), ("a", "a/b", 104_857_600, nil, 1_024, "data.chunkSize"),
            ("a", "a/b", 1, "0102", 65_536, "data.sha256"),
            ("a", "a/b", 1, String(repeating: "x", count: 64), 65_536, "data.sha256"),
            (String(repeating: "n", count: 256), "a/b", 1, nil, 65_536, "data.name"),
        ] as [(String, String, Int64, String?, Int64, String)]
    )
    func `what a file cannot be is refused by its field`(
        name: String,
        mimeType: String,
        size: Int64,
        sha256: String?,
        chunkSize: Int64,
        field: String
    ) throws {
        let alice = try room("alice")[0]
        let refusal = try chat.refusal(
            alice,
            begin("room", name: name, mimeType: mimeType, size: size, sha256: sha256, chunkSize: chunkSize)
        )
        #expect(refusal.code == .invalidPayload)
        #expect(refusal.field == field)
    }

    @Test func `a connection sends two files at once`() throws {
        let alice = try room("alice")[0]
        let files = try (0..<2).map { _ in try begun(alice, begin("room")) }
        let refusal = try chat.refusal(alice, begin("room"))
        #expect((refusal.code, refusal.reason) == (.rateLimited, "uploads"))
        let phone = try chat.connect("alice")
        _ = try begun(phone, begin("room"))
        _ = try chat.outcome(alice, step(files[0], .complete(sha256: hash)))
        _ = try begun(alice, begin("room"))
    }

    @Test func `two files of one batch are two`() throws {
        let alice = try room("alice")[0]
        let deliveries = chat.process(try (0..<3).map { _ in try chat.request(alice, begin("room")) })
        let refused = deliveries.answers(to: alice).filter { if case .failure = $0 { true } else { false } }
        #expect(refused.count == 1)
    }

    @Test func `who comes back takes its files up on the new connection`() throws {
        let alice = try room("alice")[0]
        let files = try (0..<2).map { _ in try begun(alice, begin("room")) }
        _ = try chat.say(alice, .disconnect)
        let again = try chat.connect("alice")
        for file in files {
            try chat.service.uploads.takeUp(file, on: again.connection)
            let outcome = try chat.outcome(again, step(file, .resumed, received: 65_536))
            #expect(outcome == .uploading(file, nextIndex: 1, window: 32, duplicate: false))
        }
        #expect(try chat.refusal(again, begin("room")).reason == "uploads")
    }

    @Test func `bytes are counted for the user and the tenant, from the announcement on`() throws {
        let chat = Transcript {
            $0.userFileBytes = 250_000
            $0.tenantFileBytes = 350_000
        }
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        for actor in [alice, bob] { _ = try chat.outcome(actor, .join(.named("room"))) }
        for _ in 0..<2 {
            let file = try begun(alice, begin("room"), in: chat)
            _ = try chat.outcome(alice, step(file, .complete(sha256: hash)))
        }
        let own = try chat.refusal(alice, begin("room"))
        #expect((own.code, own.reason) == (.rateLimited, "quota"))
        #expect(own.details.contains(.init("scope", .text("user"))))
        _ = try begun(bob, begin("room"), in: chat)
        #expect(try chat.refusal(bob, begin("room")).details.contains(.init("scope", .text("tenant"))))
    }

    // MARK: What arrives

    @Test func `progress is told to who sends, and to nobody else`() throws {
        let actors = try room("alice", "bob")
        let file = try begun(actors[0], begin("room"))
        let deliveries = try chat.say(actors[0], step(file, .progress, received: 65_536))
        #expect(
            deliveries.directEvents(to: actors[0]) == [.fileProgress(FileProgress(fileID: file, nextIndex: 1))]
        )
        #expect(deliveries.answers(to: actors[0]).isEmpty)
        #expect(deliveries.events.isEmpty && deliveries.directEvents(to: actors[1]).isEmpty)
    }

    @Test func `a whole file is told with its hash, once`() throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        let whole = FileComplete(
            fileID: file,
            attachmentID: file.rawValue,
            sha256: String(repeating: "07", count: 32)
        )
        let deliveries = try chat.say(alice, step(file, .complete(sha256: hash)))
        #expect(deliveries.directEvents(to: alice) == [.fileComplete(whole)])
        #expect(deliveries.answers(to: alice) == [.success(timestamp: chat.time, .arrived(whole))])
        let again = try chat.say(alice, step(file, .complete(sha256: hash)))
        #expect(again.answers(to: alice) == [.success(timestamp: chat.time, .arrived(whole))])
        #expect(again.directEvents(to: alice).isEmpty)
    }

    @Test func `a file that is not what was announced is gone`() throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        let refusal = try chat.refusal(alice, step(file, .mismatch))
        #expect((refusal.code, refusal.reason) == (.invalidPayload, "hash_mismatch"))
        #expect(try remains() == [file])
        #expect(try chat.refusal(alice, step(file, .progress, received: 1)).code == .notFound)
    }

    @Test(arguments: [FileStep.Kind.progress, .resumed, .complete(sha256: Array(repeating: 7, count: 32))])
    func `of a file whose sender was removed meanwhile nothing is kept`(kind: FileStep.Kind) throws {
        let actors = try room("alice", "bob")
        let file = try begun(actors[1], begin("room"))
        let removal = ConversationRemove(
            conversationID: try .named("room"),
            userID: try .named("bob"),
            ban: false,
            until: nil,
            reason: nil
        )
        _ = try chat.outcome(actors[0], .remove(removal))
        let told = try chat.say(actors[1], step(file, kind, received: 1))
        if kind == .progress {
            // Nobody has asked for it.
            guard case .error(let refusal)? = told.directEvents(to: actors[1]).first else {
                throw Unexpected(what: "\(told)")
            }
            #expect(refusal.code == .notMember && refusal.details.contains(.init("fileId", .text(file.rawValue))))
            #expect(told.answers(to: actors[1]).isEmpty)
        } else {
            guard case .failure(let refusal)? = told.answers(to: actors[1]).first else {
                throw Unexpected(what: "\(told)")
            }
            #expect(refusal.code == .notMember)
        }
        #expect(try remains() == [file])
        #expect(try begun(actors[0], begin("room")) != file)
    }

    @Test func `what is unfinished after a day is left to be removed`() throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        _ = chat.wait(.seconds(86_399))
        #expect(try remains().isEmpty)
        _ = chat.wait(.seconds(1))
        #expect(try remains() == [file])
    }

    @Test(arguments: [FileStep.Kind.progress, .resumed, .complete(sha256: Array(repeating: 7, count: 32)), .mismatch])
    func `what is late has not arrived, whenever its last byte came`(kind: FileStep.Kind) throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        _ = chat.wait(.seconds(86_400))
        let refusal = try chat.refusal(alice, step(file, kind, received: 1))
        #expect((refusal.code, refusal.reason) == (.notFound, "file"))
        #expect(try remains() == [file])
    }

    @Test func `what has arrived in time is not late`() throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        _ = chat.wait(.seconds(86_399))
        _ = try chat.outcome(alice, step(file, .complete(sha256: hash)))
        _ = chat.wait(.seconds(1))
        #expect(try remains().isEmpty)
        guard case .arrived = try chat.outcome(alice, step(file, .complete(sha256: hash))) else {
            throw Unexpected(what: "no file")
        }
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Files: taking one back, R53", .timeLimit(.minutes(1))) struct FileTakenBackTests: FileWords {
    let chat = Transcript()

    private func backend(_ name: String = "app", scopes: Scopes = .standard, asUser: String? = nil) throws -> Actor {
        let tenant = try #require(TenantID("acme"))
        let user = try asUser.map { try UserID.named($0) }
        return try #require(Actor.key(name, tenant: tenant, scopes: scopes, asUser: user))
    }

    private func gone(_ file: FileID) -> ServerEvent {
        .error(SpecError(.notFound, reason: "file", details: [.init("fileId", .text(file.rawValue))]))
    }

    @Test func `what has not arrived is gone, its place is free, and who sends it is told`() throws {
        let alice = try room("alice")[0]
        let phone = try chat.connect("alice")
        let files = try (0..<2).map { _ in try begun(alice, begin("room")) }
        let deliveries = try chat.say(phone, .removeFile(files[0]))
        #expect(deliveries.directEvents(to: alice) == [gone(files[0])])
        #expect(deliveries.directEvents(to: phone).isEmpty)
        #expect(deliveries.answers(to: phone) == [.success(timestamp: chat.time, .done)])
        #expect(try remains() == [files[0]])
        _ = try begun(alice, begin("room"))
        // Whoever does it knows.
        #expect(try chat.say(alice, .removeFile(files[1])).directEvents(to: alice).isEmpty)
    }

    @Test(arguments: [FileStep.Kind.progress, .resumed, .complete(sha256: Array(repeating: 7, count: 32)), .mismatch])
    func `what a lane does meanwhile finds no file`(kind: FileStep.Kind) throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        let deliveries = chat.process([
            try chat.request(alice, .removeFile(file)), try chat.request(alice, step(file, kind, received: 1)),
        ])
        guard case .failure(let refusal)? = deliveries.answers(to: alice).last else {
            throw Unexpected(what: "\(deliveries)")
        }
        #expect((refusal.code, refusal.reason) == (.notFound, "file"))
        #expect(try remains() == [file])
    }

    @Test func `the same request again is answered again, and another one finds nothing`() throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        for _ in 0..<2 { #expect(try chat.outcome(alice, .removeFile(file), frame: "r1") == .done) }
        #expect(try chat.refusal(alice, .removeFile(file)) == .unknownFile("fileId"))
    }

    @Test func `what has arrived is taken back until a message has it`() throws {
        let alice = try room("alice")[0]
        let unused = try arrived(alice)
        #expect(try chat.outcome(alice, .removeFile(unused)) == .done)
        #expect(try remains() == [unused])
        let used = try arrived(alice)
        let message = try sending([Attachment(attachmentID: used.rawValue)])
        guard case .sent(let id, _, _, _) = try chat.outcome(alice, message) else {
            throw Unexpected(what: "no message")
        }
        #expect(try chat.refusal(alice, .removeFile(used)) == .fileArrived)
        #expect(try remains() == [unused])
        _ = try chat.outcome(alice, .delete(MessageDelete(messageID: id, conversationID: nil, reason: nil)))
        #expect(try chat.refusal(alice, .removeFile(used)) == .unknownFile("fileId"))
        let lost = try chat.refusal(alice, sending([Attachment(attachmentID: unused.rawValue)]))
        #expect((lost.code, lost.reason) == (.notFound, "file"))
    }

    @Test func `its owner does that, who acts for the owner, and an administrator`() throws {
        let actors = try room("alice", "bob")
        let files = try (0..<2).map { _ in try begun(actors[0], begin("room")) }
        let strangers = [
            actors[1], try chat.connect("alice", tenant: "other"), try backend(), try backend(asUser: "bob"),
            try chat.connect("mallory", scopes: [.chatWrite, .media, .moderate]),
        ]
        for stranger in strangers {
            #expect(try chat.refusal(stranger, .removeFile(files[0])) == .unknownFile("fileId"))
        }
        #expect(try remains().isEmpty)
        #expect(try chat.outcome(backend(asUser: "alice"), .removeFile(files[0])) == .done)
        #expect(try chat.outcome(backend(scopes: .admin), .removeFile(files[1])) == .done)
        #expect(try Set(remains()) == Set(files))
    }

    @Test func `who is no member any more takes back all the same`() throws {
        let actors = try room("alice", "bob")
        let file = try begun(actors[1], begin("room"))
        _ = try chat.outcome(actors[1], .leave(ConversationLeave(conversationID: .named("room"), endsMembership: true)))
        #expect(try chat.outcome(actors[1], .removeFile(file)) == .done)
    }

    @Test func `one that is late is as unknown as it is to its sender`() throws {
        let alice = try room("alice")[0]
        let file = try begun(alice, begin("room"))
        _ = chat.wait(.seconds(86_400))
        #expect(try chat.refusal(alice, .removeFile(file)) == .unknownFile("fileId"))
    }

    @Test func `bodies and chunks that come at the same time leave nothing`() async throws {
        let blobs = InMemoryBlobs()
        let storage = InMemoryStorage()
        let queue = ChatQueue(
            storage: storage,
            blobs: blobs,
            settings: ChatSettings(),
            sink: DeafSink(),
            clock: { 1 }
        )
        let tenant = try #require(TenantID("acme"))
        let alice = Actor.user(UserKey(tenant: tenant, user: try .named("alice")), scopes: .standard)
        let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("room"))
        _ = await queue.perform(.create(creation), as: alice, frame: .random())
        for round in 0..<20 {
            let answer = await queue.perform(try begin("room"), as: alice, frame: .random())
            guard case .success(_, .uploading(let file, _, _, _)) = answer else { throw Unexpected(what: "\(answer)") }
            await withTaskGroup { group in
                for part in 0..<3 {
                    group.addTask {
                        // Whichever of them comes first: some are refused.
                        let sender = alice.sending()
                        _ = try? await queue.place(of: file, as: sender)
                        for start in stride(from: 0, to: 90_000, by: 10_000) {
                            let bytes = Array(repeating: UInt8(part), count: 10_000)
                            _ = try? await queue.write(bytes, to: file, at: Int64(start), as: sender)
                        }
                        try? await queue.settle(file, as: sender)
                    }
                }
                group.addTask {
                    for _ in 0..<round { await Task.yield() }
                    let removed = await queue.perform(.removeFile(file), as: alice, frame: .random())
                    #expect(removed == .success(timestamp: 1, .done))
                    await queue.discard(file)
                }
            }
            #expect(!blobs.ids.contains(file))
            // Its row follows on the chat queue, before this; a request might come before both.
            await withCheckedContinuation { done in queue.probe { _ in done.resume() } }
            #expect(try storage.read { try $0.storedBytes(of: alice.user) }.user == 0)
        }
        queue.close()
    }
}

private struct DeafSink: DeliverySink {
    func deliver(_ deliveries: [Delivery]) {}
    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {}
}

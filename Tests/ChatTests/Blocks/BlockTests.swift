import CAASProtocol
import Testing

@testable import Chat

@Suite("Blocking, R77") struct BlockTests {
    private let media = MediaRelay(kind: .audio, sequence: 1, bytes: [1])
    private let wave = JSONFragment(checked: Array("1".utf8))
    private let done = Acknowledgement.Outcome.changed(offset: nil, duplicate: false)

    @Test func `blocking twice and unblocking whom nobody has blocked is a success`() throws {
        let chat = Transcript()
        let bob = try chat.connect("bob")
        _ = try chat.connect("alice")
        for on in [false, true, true, false, false] {
            #expect(try chat.outcome(bob, .block("alice", on: on)) == done)
            #expect(try chat.storage.read { try $0.isBlocked(.named("alice"), by: bob.user) } == on)
        }
    }

    @Test func `nobody blocks itself or somebody unknown, and a repeated frame changes nothing`() throws {
        let chat = Transcript()
        let bob = try chat.connect("bob")
        let other = try chat.connect("alice", tenant: "other")
        let itself = try chat.refusal(bob, .block("bob"))
        #expect(itself.code == .invalidPayload && itself.reason == "self" && itself.field == "data.userId")
        let unknown = try chat.refusal(bob, .block("alice"))
        #expect(unknown.code == .notFound && unknown.reason == "user" && unknown.field == "data.userId")
        _ = try chat.connect("alice")
        let block = try ChatRequest.Command.block("alice")
        #expect(try chat.outcome(bob, block, frame: "b1") == done)
        _ = try chat.outcome(bob, .block("alice", on: false))
        #expect(try chat.outcome(bob, block, frame: "b1") == .changed(offset: nil, duplicate: true))
        #expect(try chat.storage.read { try !$0.isBlocked(other.user.user, by: bob.user) })
        #expect(try chat.refusal(bob, .block("alice", on: false), frame: "b1").reason == "id_reused")
    }

    @Test func `a user has blocked so many at most`() throws {
        let chat = Transcript()
        let bob = try chat.connect("bob")
        for name in ["alice", "carol"] { _ = try chat.connect(name) }
        try chat.storage.write { store in
            for number in 1..<BlockRules.blockedPerUser {
                try store.block(.named("u\(number)"), by: bob.user, at: 1)
            }
        }
        _ = try chat.outcome(bob, .block("alice"))
        let refusal = try chat.refusal(bob, .block("carol"))
        #expect(refusal.code == .rateLimited && refusal.reason == "quota")
        // Those whom it has blocked already it may block again.
        _ = try chat.outcome(bob, .block("alice"))
        _ = try chat.outcome(bob, .block("u1", on: false))
        _ = try chat.outcome(bob, .block("carol"))
    }

    @Test func `the blocker hears nothing of the direct conversation, whatever the other does there`() throws {
        let scene = try BlockScene()
        let (alice, pair) = (scene.alice, scene.pair)
        let removed = try scene.hear(scene.bob, .block("alice"))
        #expect(removed.types(to: scene.bob) == [])
        #expect(removed.types(to: scene.phone) == ["conversation:removed"])
        #expect(removed.types(to: alice) == [])
        guard case .success(_, .sent(let id, 2, _, false)) = try scene.chat.answer(alice, sending("x", to: "pair"))
        else { throw Unexpected(what: "not sent") }
        let commands: [ChatRequest.Command] = [
            try sending("hello?", to: "pair"),
            .edit(MessageEdit(messageID: id, conversationID: nil, content: "y", ifVersion: nil)),
            .typing(pair, true), .typing(pair, false),
            .delete(MessageDelete(messageID: id, conversationID: nil, reason: nil)),
            .event(EventSend(conversationID: pair, name: "wave", payload: wave)),
            .relay(media, pair), .join(pair), .update(ConversationUpdate(conversationID: pair, name: .set("us"))),
        ]
        for command in commands {
            let heard = try scene.hear(alice, command)
            guard case .success = scene.answers.first else { throw Unexpected(what: "\(command) \(scene.answers)") }
            for actor in [scene.bob, scene.phone] { #expect(heard.types(to: actor) == [], "\(command)") }
        }
        #expect(!scene.reads(scene.bob))
        #expect(!scene.reads(scene.phone))
        #expect(try scene.hear(alice, sending("z", to: "pair")).types(to: scene.laptop) == ["message:new"])
    }

    @Test func `to the blocker it is closed until the block ends, and then everything is there`() throws {
        let scene = try BlockScene()
        let (chat, bob, pair) = (scene.chat, scene.bob, scene.pair)
        _ = try scene.hear(bob, .block("alice"))
        guard case .sent(let id, _, _, _) = try chat.outcome(scene.alice, sending("are you there?", to: "pair")) else {
            throw Unexpected(what: "not sent")
        }
        let commands: [ChatRequest.Command] = [
            try sending("x", to: "pair"), .typing(pair, true), .join(pair),
            .create(try .direct("other", with: "alice")),
            .leave(ConversationLeave(conversationID: pair, endsMembership: false)),
            .edit(MessageEdit(messageID: id, conversationID: nil, content: "x", ifVersion: nil)),
            .leave(ConversationLeave(conversationID: pair, endsMembership: true)),
            .delete(MessageDelete(messageID: id, conversationID: nil, reason: nil)), .relay(media, pair),
            .event(EventSend(conversationID: pair, name: "wave", payload: wave)),
            .update(ConversationUpdate(conversationID: pair, name: .set("us"))),
            try .invite(["carol"], to: "pair"),
            .media(MediaSubscription(conversationID: pair), isOn: true),
            .beginFile(FileBegin(conversationID: pair, name: "x", mimeType: "text/plain", size: 1)),
        ]
        for command in commands {
            let refusal = try chat.refusal(bob, command)
            #expect(refusal.code == .forbidden && refusal.reason == "blocked", "\(command)")
        }
        for read in [
            ChatRead.history(MessageHistory(conversationID: pair)),
            .members(ConversationMembers(conversationID: pair, page: Page())),
            .conversation(pair), .message(id, nil),
        ] {
            guard case .failure(let refusal) = try chat.read(bob, read) else { throw Unexpected(what: "\(read)") }
            #expect(refusal.code == .forbidden && refusal.reason == "blocked", "\(read)")
        }
        guard case .success(_, .conversations([], nil)) = try chat.read(bob, .list(Page())) else {
            throw Unexpected(what: "it is in the list")
        }
        let back = try scene.hear(bob, .block("alice", on: false))
        #expect(back.types(to: scene.phone) == ["conversation:updated"] && back.types(to: scene.alice) == [])
        guard case .success(_, .history(let messages, _)) = try chat.read(bob, .history(.init(conversationID: pair)))
        else { throw Unexpected(what: "no history") }
        #expect(messages.map(\.body.content) == ["hi", "are you there?"])
        #expect(try scene.hear(scene.alice, sending("again", to: "pair")).types(to: bob) == ["message:new"])
        guard case .success(_, .conversations(let list, nil)) = try chat.read(bob, .list(Page())) else { return }
        #expect(list.map(\.conversationID) == [pair])
    }

    @Test(arguments: [true, false])
    func `it holds for connections that come later, and after a restart`(restarts: Bool) throws {
        let scene = try BlockScene()
        _ = try scene.hear(scene.bob, .block("alice"))
        if restarts { scene.chat.restart() }
        let late = try scene.chat.connect("bob")
        let alice = try scene.chat.connect("alice")
        let deliveries = try scene.chat.say(alice, sending("hello?", to: "pair"))
        #expect(!deliveries.contains(.enter(alice.key(scene.pair), late.connection, joined: false)))
        #expect(try scene.chat.refusal(late, .join(scene.pair)).reason == "blocked")
        #expect(!scene.reads(late))
        _ = try scene.chat.outcome(late, .block("alice", on: false))
        #expect(scene.reads(late))
    }

    @Test func `a direct conversation that is made meanwhile is hidden, whoever makes it`() throws {
        for byBackend in [false, true] {
            let chat = Transcript()
            let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
            _ = try chat.outcome(bob, .block("alice"))
            let members = try (byBackend ? ["alice", "bob"] : ["bob"]).map { try UserID.named($0) }
            let creation = ConversationCreate(kind: .direct, memberIDs: members, conversationID: try .named("pair"))
            let deliveries = try chat.say(byBackend ? try .backend() : alice, .create(creation))
            #expect(deliveries.directEvents(to: bob).isEmpty)
            #expect(try chat.say(alice, sending("hello?", to: "pair")).directEvents(to: bob).isEmpty)
            #expect(!chat.service.audience.readers(of: alice.key(try .named("pair"))).contains(bob.connection))
            _ = try chat.outcome(bob, .block("alice", on: false))
            #expect(chat.service.audience.readers(of: alice.key(try .named("pair"))).contains(bob.connection))
            _ = try chat.outcome(bob, sending("here I am", to: "pair"))
        }
    }

    @Test func `two who block each other are both kept out, until each ends its own block`() throws {
        let scene = try BlockScene()
        _ = try scene.hear(scene.bob, .block("alice"))
        _ = try scene.hear(scene.alice, .block("bob"))
        for actor in [scene.alice, scene.bob] {
            #expect(try scene.chat.refusal(actor, sending("x", to: "pair")).reason == "blocked")
        }
        _ = try scene.hear(scene.alice, .block("bob", on: false))
        #expect(try scene.hear(scene.alice, sending("x", to: "pair")).types(to: scene.bob) == [])
        #expect(try scene.chat.refusal(scene.bob, sending("x", to: "pair")).reason == "blocked")
        _ = try scene.hear(scene.bob, .block("alice", on: false))
        #expect(try scene.hear(scene.alice, sending("x", to: "pair")).types(to: scene.bob) == ["message:new"])
    }

    @Test func `a group that both are in goes on as before`() throws {
        let scene = try BlockScene()
        let group = try ConversationCreate.group("team", ["bob"])
        _ = try scene.hear(scene.alice, .create(group))
        _ = try scene.hear(scene.bob, .block("alice"))
        #expect(try scene.hear(scene.alice, sending("x", to: "team")).types(to: scene.bob) == ["message:new"])
        #expect(try scene.hear(scene.bob, sending("x", to: "team")).types(to: scene.alice) == ["message:new"])
    }

    @Test(arguments: ["alice", "bob"])
    func `an end of either user ends the block, and the conversation is with the other one`(removed: String) throws {
        let scene = try BlockScene()
        let chat = scene.chat
        _ = try scene.hear(scene.bob, .block("alice"))
        _ = try scene.hear(scene.alice, .block("bob"))
        let left = removed == "alice" ? scene.bob : scene.alice
        let told = try scene.hear(try .backend(), .removeUser(.named(removed)))
        #expect(told.types(to: left) == ["conversation:updated"])
        #expect(scene.reads(left))
        guard
            case .success(_, .history(let messages, _)) = try chat.read(
                left,
                .history(.init(conversationID: .sample("pair")))
            )
        else { throw Unexpected(what: "hidden") }
        #expect(messages.count == 1)
        // Whoever takes the name is blocked by nobody.
        let newcomer = try chat.connect(removed)
        _ = try chat.outcome(newcomer, .create(.direct("new", with: left.user.user.rawValue)))
        _ = try chat.outcome(newcomer, sending("x", to: "new"))
        _ = try chat.outcome(left, sending("x", to: "new"))
    }
}

import CAASProtocol
import Dispatch
import Synchronization
import Testing

@testable import Chat

@Suite("Asking without a connection, R16, R60, R70", .timeLimit(.minutes(1))) struct CallerTests {
    @Test func `an answer is the one that a connection would get, and the same id gets it again`() async throws {
        let service = try Service()
        let alice = try service.user("alice")
        let created = await service.ask(alice, try creation("room"), "f1")
        #expect(
            created
                == .success(
                    timestamp: 1,
                    .created(conversationID: try .named("room"), existing: false, duplicate: false)
                )
        )
        let again = await service.ask(alice, try creation("room"), "f1")
        #expect(
            again
                == .success(
                    timestamp: 1,
                    .created(conversationID: try .named("room"), existing: false, duplicate: true)
                )
        )
        guard case .success(_, .sent(_, 1, 1, false)) = await service.ask(alice, try sending("hi", to: "room"), "f2"),
            case .success(_, .sent(_, 1, 1, true)) = await service.ask(alice, try sending("hi", to: "room"), "f2")
        else { throw Unexpected(what: "another answer") }
        let history = MessageHistory(conversationID: try .named("room"), position: .latest, limit: 10)
        guard case .success(_, .history(let messages, false)) = await service.ask(alice, .read(.history(history)), "f3")
        else { throw Unexpected(what: "no history") }
        #expect(messages.map(\.body.content) == ["hi"])
        #expect(service.queue.waitingCallers == 0)
    }

    @Test func `refusals come back as errors`() async throws {
        let service = try Service()
        guard case .failure(let error) = await service.ask(try service.user("alice"), try sending("x", to: "no"), "f1")
        else { throw Unexpected(what: "a success") }
        #expect(error.code == .notFound)
    }

    @Test func `all connections of the user get what it does without one`() throws {
        let chat = Transcript()
        let phone = try chat.connect("alice")
        let caller = Actor.user(phone.user, scopes: .standard, name: "Name of alice")
        let created = try chat.say(caller.at(.caller(1)), try creation("room"))
        #expect(created.directEvents(to: phone).count == 1)
        let sent = try chat.say(caller.at(.caller(2)), try sending("hi", to: "room"))
        guard case .event(_, .messageNew, to: .readers, except: []) = sent.first(where: { !$0.isEntering }) else {
            throw Unexpected(what: "\(sent)")
        }
    }

    @Test func `a caller is no connection: it joins nothing and counts nowhere`() throws {
        let chat = Transcript { $0.connectionsPerUser = 1 }
        let caller = try caller("bob")
        for _ in 0..<3 { _ = try chat.outcome(caller, .join(.named("lobby"))) }
        let bob = try chat.connect("bob")
        #expect(try chat.say(bob, sending("hi", to: "lobby")).events.isEmpty)
    }

    @Test func `a user exists from its first question on, with its token's name`() throws {
        let chat = Transcript()
        let key = UserKey(tenant: try #require(TenantID("acme")), user: try .named("zoe"))
        let zoe = Actor.user(key, scopes: .standard, name: "Zoe").at(.caller(1))
        _ = try chat.refusal(zoe, sending("hi", to: "nowhere"))
        #expect(try chat.storage.read { try $0.user(key)?.name } == "Zoe")
    }

    @Test func `a key acts as a user with its own scopes`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, try creation("room"))
        let asBob = try key(as: "bob", .standard)
        #expect(try chat.refusal(asBob, sending("hi", to: "room")).code == .notMember)
        let asAlice = try key(as: "alice", .standard)
        let deliveries = try chat.say(asAlice, sending("hi", to: "room"))
        guard case .messageNew(let message) = deliveries.events.first else { throw Unexpected(what: "\(deliveries)") }
        #expect(message.senderID == alice.user.user)
        _ = try chat.outcome(try key(as: "bob", [.chatWrite, .admin]), sending("as an owner", to: "room"))
    }

    @Test func `a key by itself is nobody's author and no member, and has the rights of its scopes`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, try creation("room"))
        let carol = try chat.connect("carol")
        let room = try ConversationID.named("room")
        _ = try chat.outcome(alice, .invite(ConversationInvite(conversationID: room, userIDs: [carol.user.user])))
        guard case .sent(let message, _, _, _) = try chat.outcome(carol, sending("hi", to: "room")) else { return }
        let owner = try key(as: nil, [.chatRead, .chatWrite, .admin])
        for command in [
            try sending("hi", to: "room"), .join(room), .typing(room, true), .read(.list(Page(cursor: nil, limit: 1))),
        ] {
            let error = try chat.refusal(owner, command)
            #expect(error.code == .missingField)
            #expect(error.field == "asUser")
        }
        let invited = try chat.outcome(
            owner,
            .invite(ConversationInvite(conversationID: room, userIDs: [.named("bob")], role: .owner))
        )
        #expect(invited == .invited([try .named("bob")], offset: 3, duplicate: false))
        let edit = MessageEdit(messageID: message, conversationID: nil, content: "redacted", ifVersion: nil)
        guard case .messageUpdated(let edited) = try chat.say(owner, .edit(edit)).events.first else {
            throw Unexpected(what: "no event")
        }
        #expect(edited.editedBy.rawValue == "key:k1")
        let deliveries = try chat.say(
            owner,
            .delete(MessageDelete(messageID: message, conversationID: nil, reason: nil))
        )
        guard case .messageDeleted(let deletion) = deliveries.events.first else { throw Unexpected(what: "no event") }
        #expect(deletion.tombstone.deletedBy.rawValue == "key:k1")
        let weak = try key(as: nil, [.chatRead, .chatWrite])
        #expect(
            try chat.refusal(weak, .invite(.init(conversationID: room, userIDs: [.named("x")]))).code
                == .notMember
        )
        let moderator = try key(as: nil, [.chatRead, .chatWrite, .moderate])
        let history = MessageHistory(conversationID: room, position: .latest, limit: 10)
        guard case .success = try chat.read(moderator, .history(history)) else { throw Unexpected(what: "no history") }
        let update = ConversationRole(conversationID: room, userID: try .named("bob"), role: .member)
        #expect(try chat.refusal(moderator, .role(update)).code == .forbidden)
    }

    @Test func `a key makes conversations for others, whatever clients may`() throws {
        let chat = Transcript { $0.creation = .none }
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        let weak = try key(as: nil, [.chatWrite])
        let pair = ConversationCreate(kind: .direct, memberIDs: [try .named("alice"), try .named("bob")])
        let deliveries = try chat.say(weak, .create(pair), frame: "c1")
        for (actor, peer) in [(alice, bob), (bob, alice)] {
            guard case .conversationUpdated(let summary) = deliveries.directEvents(to: actor).first else {
                throw Unexpected(what: "\(deliveries)")
            }
            #expect(summary.peerID == peer.user.user)
            #expect(summary.role == .owner)
        }
        guard case .created(_, existing: false, duplicate: true) = try chat.outcome(weak, .create(pair), frame: "c1"),
            case .created(_, existing: true, duplicate: false) = try chat.outcome(weak, .create(pair), frame: "c2")
        else { throw Unexpected(what: "another conversation") }
        let alone = ConversationCreate(kind: .direct, memberIDs: [try .named("alice")])
        #expect(try chat.refusal(weak, .create(alone)).reason == "direct")
        let group = ConversationCreate(kind: .group, memberIDs: [try .named("alice")], conversationID: try .named("g"))
        _ = try chat.outcome(weak, .create(group))
        _ = try chat.outcome(alice, sending("hi", to: "g"))
        let members = ConversationMembers(conversationID: try .named("g"), page: Page(cursor: nil, limit: 10))
        guard case .success(_, .members(let found, nil)) = try chat.read(alice, .members(members)) else {
            throw Unexpected(what: "no members")
        }
        #expect(found.map(\.userID.rawValue) == ["alice"])
    }

    @Test func `a key has a bucket of its own, and the conversation's counts all the same`() throws {
        let chat = Transcript {
            $0.countsRates = true
            $0.keyRate = Rate(100, burst: 100)
        }
        _ = try chat.connect("alice")
        let asAlice = try key(as: "alice", .standard)
        _ = try chat.outcome(asAlice, try creation("room"))
        // A user may send twenty at once.
        for number in 0..<50 { _ = try chat.outcome(asAlice, sending("\(number)", to: "room")) }
        let crowded = try chat.refusal(asAlice, sending("too many", to: "room"))
        #expect(crowded.details.contains(.init("scope", .text("conversation"))))
        let other = try key(as: "bob", .standard)
        for number in 0..<48 { _ = try chat.outcome(other, try creation("room\(number)")) }
        let refusal = try chat.refusal(other, try creation("one-more"))
        #expect(refusal.code == .rateLimited)
        #expect(refusal.details.contains(.init("scope", .text("key"))))
        #expect(try chat.outcome(try caller("bob"), try creation("bobs")) != .done)
        #expect(chat.keptRates > 0)
        _ = chat.wait(.seconds(31))
        #expect(chat.keptRates == 0)
    }

    @Test func `a user's questions without a connection count like those with one`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, try creation("room"))
        let caller = try caller("alice")
        for number in 0..<20 {
            _ = try chat.outcome(number % 2 == 0 ? alice : caller, sending("\(number)", to: "room"))
        }
        #expect(try chat.refusal(caller, sending("late", to: "room")).details.contains(.init("scope", .text("user"))))
    }

    // MARK: Waiting

    @Test func `who is never answered is told that the outcome is unknown`() async {
        let callers = Callers(budget: .milliseconds(1))
        let answer = await callers.wait { _ in true }
        #expect(answer == .late)
        #expect(callers.count == 0)
    }

    @Test func `what is not taken is refused at once`() async {
        let callers = Callers(budget: .seconds(600))
        #expect(await callers.wait { _ in false } == .overloaded)
        #expect(callers.count == 0)
    }

    @Test func `a cancelled caller waits no longer and leaves nothing, and its late answer goes nowhere`() async {
        let callers = Callers(budget: .seconds(600))
        let place = Mutex<ConnectionID?>(nil)
        let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await callers.wait { at in
                place.withLock { $0 = at }
                continuation.finish()
                return true
            }
        }
        for await _ in asked {}
        task.cancel()
        #expect(await task.value == .late)
        #expect(callers.count == 0)
        callers.answer(place.withLock { $0?.number ?? 0 }, .overloaded)
    }

    @Test func `the table has a bound`() async {
        let callers = Callers(budget: .seconds(600))
        await withTaskGroup(of: Acknowledgement.self) { group in
            let waiting = DispatchGroup()
            for _ in 0..<Callers.limit {
                waiting.enter()
                group.addTask {
                    await callers.wait { _ in
                        waiting.leave()
                        return true
                    }
                }
            }
            await withCheckedContinuation { full in waiting.notify(queue: .global()) { full.resume() } }
            #expect(await callers.wait { _ in true } == .overloaded)
            group.cancelAll()
            for await answer in group { #expect(answer == .late) }
        }
        #expect(callers.count == 0)
    }

    @Test func `after the end nothing is taken`() async throws {
        let service = try Service()
        service.queue.close()
        #expect(await service.ask(try service.user("alice"), try creation("room"), "f1") == .overloaded)
    }

    // MARK: Parts

    private func caller(_ user: String) throws -> Actor {
        let key = UserKey(tenant: try #require(TenantID("acme")), user: try .named(user))
        return Actor.user(key, scopes: .standard).at(.caller(1))
    }

    private func key(as user: String?, _ scopes: Scopes) throws -> Actor {
        let tenant = try #require(TenantID("acme"))
        return try #require(Actor.key("k1", tenant: tenant, scopes: scopes, asUser: try user.map { try .named($0) }))
            .at(.caller(1))
    }

    private func creation(_ id: String) throws -> ChatRequest.Command {
        .create(ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named(id)))
    }
}

/// A chat queue that nobody is connected to.
private struct Service {
    let queue: ChatQueue
    private let tenant: TenantID

    init() throws {
        queue = ChatQueue(storage: InMemoryStorage(), settings: ChatSettings(), sink: NoConnections(), clock: { 1 })
        tenant = try #require(TenantID("acme"))
    }

    func user(_ name: String) throws -> Actor {
        .user(UserKey(tenant: tenant, user: try .named(name)), scopes: .standard)
    }

    func ask(_ actor: Actor, _ command: ChatRequest.Command, _ frame: String) async -> Acknowledgement {
        guard let id = FrameID(frame) else { return .late }
        return await queue.perform(command, as: actor, frame: id)
    }
}

private struct NoConnections: DeliverySink {
    func deliver(_ deliveries: [Delivery]) {}
    func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {
        Issue.record("a caller's answer went to the sink")
    }
}

extension Delivery {
    fileprivate var isEntering: Bool { if case .enter = self { true } else { false } }
}

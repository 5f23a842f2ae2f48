import CAASProtocol
import Testing

@testable import Chat

@Suite("Conversations, R25–R31") struct ConversationTests {
    private func create(
        _ kind: ConversationKind,
        _ members: [String],
        id: String? = nil,
        visibility: ConversationVisibility = .private
    ) throws -> ChatRequest.Command {
        .create(
            ConversationCreate(
                kind: kind,
                memberIDs: try members.map { try .named($0) },
                visibility: visibility,
                conversationID: try id.map { try .named($0) }
            )
        )
    }

    @Test func `one direct conversation a pair, whoever makes it`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        let made = try chat.say(alice, create(.direct, ["bob"]))
        guard case .success(_, .created(let id, false, false)) = made.answers(to: alice).first,
            case .conversationUpdated(let summary) = made.directEvents(to: bob).first
        else { throw Unexpected(what: "\(made)") }
        #expect(summary.conversationID == id)
        #expect(summary.peerID == alice.user.user)
        guard case .created(id, true, false) = try chat.outcome(bob, create(.direct, ["alice", "bob"])) else {
            throw Unexpected(what: "a second one")
        }
        #expect(try chat.refusal(alice, create(.direct, ["alice"])).code == .invalidPayload)
        let leave = ConversationLeave(conversationID: id, endsMembership: true)
        #expect(try chat.refusal(alice, .leave(leave)).reason == "direct")
    }

    @Test func `the same creation again makes no second group, another under the same id is refused`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let first = try chat.outcome(alice, create(.group, ["bob"]), frame: "c1")
        guard case .created(let id, false, false) = first,
            case .created(id, false, true) = try chat.outcome(alice, create(.group, ["bob"]), frame: "c1")
        else { throw Unexpected(what: "\(first)") }
        #expect(try chat.refusal(alice, create(.group, ["carol"]), frame: "c1").code == .alreadyExists)
    }

    @Test func `a taken id is refused, in another tenant it is free`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let other = try chat.connect("alice", tenant: "other")
        _ = try chat.outcome(alice, create(.group, [], id: "team"))
        #expect(try chat.refusal(alice, create(.group, [], id: "team")).code == .alreadyExists)
        _ = try chat.outcome(other, create(.group, [], id: "team"))
    }

    @Test func `a private conversation is joined by members only, a public one makes a member`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, create(.group, [], id: "closed"))
        _ = try chat.outcome(alice, create(.group, [], id: "open", visibility: .public))
        #expect(try chat.refusal(bob, .join(.named("closed"))).code == .notMember)
        guard case .joined(_, 1, .member, 2) = try chat.outcome(bob, .join(.named("open"))) else {
            throw Unexpected(what: "no membership")
        }
    }

    @Test func `without automatic creation an unknown id is not found`() throws {
        let chat = Transcript { $0.autoCreateOnJoin = false }
        let alice = try chat.connect("alice")
        #expect(try chat.refusal(alice, .join(.named("nowhere"))).code == .notFound)
    }

    @Test func `members get what is durable without joining, what is ephemeral only where they joined`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        let quiet = try chat.connect("bob", inbox: false)
        _ = try chat.outcome(alice, create(.group, ["bob"], id: "team"))
        _ = try chat.outcome(alice, .join(.named("team")))
        let deliveries = try chat.say(alice, sending("Hello!", to: "team"))
        let key = ConversationKey(tenant: alice.user.tenant, conversation: try .named("team"))
        #expect(deliveries.contains(.enter(key, bob.connection, joined: false)))
        #expect(deliveries.contains(.enter(key, alice.connection, joined: true)))
        #expect(!deliveries.contains(.enter(key, quiet.connection, joined: false)))
    }

    @Test func `a connection that opens later reads the live conversations of its user`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.connect("bob")
        _ = try chat.outcome(alice, create(.group, ["bob"], id: "team"))
        _ = try chat.say(alice, sending("Hello!", to: "team"))
        let bob = Actor(connection: ConnectionID(loop: 0, number: 99), user: try chat.connect("bob").user)
        let key = ConversationKey(tenant: alice.user.tenant, conversation: try .named("team"))
        let deliveries = try chat.say(bob, .connect)
        #expect(deliveries.first == .enter(key, bob.connection, joined: false))
        guard case .opened(bob.connection, _) = deliveries.last else { throw Unexpected(what: "\(deliveries)") }
    }

    @Test func `whoever is removed is told on every connection and hears no more`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, .join(.named("room")))
        _ = try chat.outcome(bob, .join(.named("room")))
        _ = try chat.say(alice, sending("Hello!", to: "room"))
        let removal = ConversationRemove(conversationID: try .named("room"), userID: try .named("bob"), ban: true)
        let deliveries = try chat.say(alice, .remove(removal))
        guard case .conversationRemoved(let removed) = deliveries.directEvents(to: bob).first else {
            throw Unexpected(what: "\(deliveries)")
        }
        #expect(removed == ConversationRemoved(reason: .banned, by: alice.user.user))
        let key = ConversationKey(tenant: alice.user.tenant, conversation: try .named("room"))
        #expect(deliveries.contains(.exit(key, bob.connection)))
        let refusal = try chat.refusal(bob, sending("still here", to: "room"))
        #expect(refusal.code == .forbidden)
        #expect(refusal.reason == "banned")
        #expect(try chat.refusal(bob, .join(.named("room"))).reason == "banned")
    }

    @Test func `a ban ends at its time, and another end replaces it`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, .join(.named("room")))
        _ = try chat.outcome(bob, .join(.named("room")))
        func ban(until: Int64) throws -> ChatRequest.Command {
            .remove(
                ConversationRemove(
                    conversationID: try .named("room"),
                    userID: try .named("bob"),
                    ban: true,
                    until: until
                )
            )
        }
        _ = try chat.outcome(alice, ban(until: chat.time + 60_000))
        let refusal = try chat.refusal(bob, .join(.named("room")))
        #expect(refusal.reason == "banned")
        #expect(refusal.details == [.init("until", .integer(chat.time + 60_000))])
        _ = chat.wait(.seconds(60))
        guard case .joined(_, _, .member, 2) = try chat.outcome(bob, .join(.named("room"))) else {
            throw Unexpected(what: "still banned")
        }
        _ = try chat.outcome(alice, ban(until: chat.time + 60_000))
        _ = try chat.outcome(alice, ban(until: chat.time))
        _ = try chat.outcome(bob, .join(.named("room")))
    }

    @Test func `the last owner cannot leave, nor give its role away`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, .join(.named("room")))
        _ = try chat.outcome(bob, .join(.named("room")))
        let leave = ChatRequest.Command.leave(
            ConversationLeave(conversationID: try .named("room"), endsMembership: true)
        )
        #expect(try chat.refusal(alice, leave).reason == "last_owner")
        func role(_ user: String, _ role: MemberRole) throws -> ChatRequest.Command {
            .role(ConversationRole(conversationID: try .named("room"), userID: try .named(user), role: role))
        }
        #expect(try chat.refusal(alice, role("alice", .member)).reason == "last_owner")
        #expect(try chat.refusal(bob, role("bob", .owner)).code == .forbidden)
        _ = try chat.outcome(alice, role("bob", .owner))
        _ = try chat.outcome(alice, leave)
        #expect(try chat.refusal(alice, sending("gone", to: "room")).code == .notMember)
    }

    @Test func `a connection joins so many conversations and no more`() throws {
        let chat = Transcript { $0.joinedPerConnection = 3 }
        let alice = try chat.connect("alice")
        for name in ["a", "b", "c", "a"] { _ = try chat.outcome(alice, .join(.named(name))) }
        #expect(try chat.refusal(alice, .join(.named("d"))).reason == "join_limit")
        _ = try chat.outcome(alice, .leave(ConversationLeave(conversationID: .named("a"), endsMembership: false)))
        _ = try chat.outcome(alice, .join(.named("d")))
    }

    @Test func `leaving makes room for a join of the same batch`() throws {
        let chat = Transcript { $0.joinedPerConnection = 2 }
        let alice = try chat.connect("alice")
        for name in ["a", "b"] { _ = try chat.outcome(alice, .join(.named(name))) }
        let leave = ConversationLeave(conversationID: try .named("a"), endsMembership: false)
        let deliveries = chat.process([
            try chat.request(alice, .leave(leave)), try chat.request(alice, .join(.named("c"))),
            try chat.request(alice, .join(.named("c"))), try chat.request(alice, .join(.named("d"))),
        ])
        let isTaken = deliveries.answers(to: alice).map { if case .success = $0 { true } else { false } }
        #expect(isTaken == [true, true, true, false])
    }

    @Test func `connections that go make room for those that come in the same batch`() throws {
        let chat = Transcript {
            $0.countsRates = true
            $0.connectionsPerUser = 2
        }
        let old = [try chat.connect("alice"), try chat.connect("alice")]
        let new = (10..<14).map { Actor(connection: ConnectionID(loop: 0, number: $0), user: old[0].user) }
        let deliveries = chat.process(
            try old.map { try chat.request($0, .disconnect) } + new.map { try chat.request($0, .connect) }
        )
        let opened = new.map { actor in
            deliveries.contains { if case .opened(actor.connection, _) = $0 { true } else { false } }
        }
        #expect(opened == [true, true, false, false])
    }

    @Test func `the limit counts joins of the same batch`() throws {
        let chat = Transcript { $0.joinedPerConnection = 2 }
        let alice = try chat.connect("alice")
        let batch = try ["a", "b", "c"].map { try chat.request(alice, .join(.named($0))) }
        let answers = chat.process(batch).answers(to: alice)
        guard case .failure(let refusal) = answers.last else { throw Unexpected(what: "\(answers)") }
        #expect(refusal.reason == "join_limit")
    }
}

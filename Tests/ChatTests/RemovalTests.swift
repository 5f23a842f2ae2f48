import CAASProtocol
import Testing

@testable import Chat

@Suite("Deleting a conversation, R30, R31") struct RemovalTests {
    @Test func `everybody in it is told once, and its readers are forgotten`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let phone = try chat.connect("alice")
        let bob = try chat.connect("bob", inbox: false)
        let stranger = try chat.connect("stranger")
        try make("room", by: alice, with: bob, chat)
        _ = try chat.outcome(alice, sending("hi", to: "room"))
        let caller = Actor.user(alice.user, scopes: .standard).at(.caller(1))
        let deliveries = try chat.say(caller, .removeConversation(.named("room")))
        let removed = ServerEvent.conversationRemoved(ConversationRemoved(reason: .deleted, by: alice.user.user))
        let key = ConversationKey(tenant: alice.user.tenant, conversation: try .named("room"))
        #expect(
            deliveries == [
                .retire(key),
                .direct([alice.connection, phone.connection, bob.connection], key, removed),
                .answer(caller.connection, deliveries.answered, .success(timestamp: chat.time, done)),
            ]
        )
        #expect(deliveries.directEvents(to: stranger).isEmpty)
    }

    @Test func `it and its messages are unknown afterwards, and it can be made again`() throws {
        let chat = Transcript { $0.autoCreateOnJoin = false }
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        try make("room", by: alice, with: bob, chat)
        guard case .sent(let message, _, _, _) = try chat.outcome(bob, sending("hi", to: "room"), frame: "m1") else {
            throw Unexpected(what: "not sent")
        }
        _ = try chat.outcome(alice, .join(.named("room")))
        #expect(try chat.outcome(alice, .removeConversation(.named("room")), frame: "d1") == done)
        #expect(
            try chat.outcome(alice, .removeConversation(.named("room")), frame: "d1")
                == .changed(offset: nil, duplicate: true)
        )
        #expect(try chat.refusal(alice, .removeConversation(.named("room"))).code == .notFound)
        #expect(try chat.refusal(bob, sending("still there?", to: "room")).code == .notFound)
        #expect(try chat.refusal(alice, .join(.named("room"))).code == .notFound)
        let deletion = MessageDelete(messageID: message, conversationID: nil, reason: nil)
        #expect(try chat.refusal(bob, .delete(deletion)).code == .notFound)
        guard case .failure(let error) = try chat.read(bob, .message(message, nil)) else { return }
        #expect(error.code == .notFound)
        guard case .success(_, .conversations([], nil)) = try chat.read(bob, .list(Page(cursor: nil, limit: 9))) else {
            throw Unexpected(what: "still listed")
        }
        try make("room", by: bob, with: alice, chat)
        // The same id is a new message there.
        let again = try chat.say(bob, sending("hi", to: "room"), frame: "m1")
        guard case .success(_, .sent(_, 1, 1, false)) = again.answers(to: bob).first else {
            throw Unexpected(what: "\(again)")
        }
        #expect(again.events.count == 1)
    }

    @Test func `what is deleted and made again in one batch is another conversation to its readers`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        try make("room", by: alice, with: bob, chat)
        _ = try chat.outcome(alice, sending("hi", to: "room"))
        let creation = ConversationCreate(kind: .group, memberIDs: [bob.user.user], conversationID: try .named("room"))
        let deliveries = chat.process([
            try chat.request(alice, .removeConversation(.named("room"))),
            try chat.request(alice, .create(creation)),
            try chat.request(alice, sending("again", to: "room")),
        ])
        guard case .messageNew(let message) = deliveries.events.last else { throw Unexpected(what: "\(deliveries)") }
        #expect(message.body.content == "again")
        #expect(deliveries.contains { if case .enter(_, bob.connection, _) = $0 { true } else { false } })
    }

    @Test func `owners delete, nobody below, and direct conversations only scope admin`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        try make("room", by: alice, with: bob, chat)
        #expect(try chat.refusal(bob, .removeConversation(.named("room"))).reason == "role")
        #expect(try chat.refusal(try chat.connect("x"), .removeConversation(.named("room"))).code == .notMember)
        let pair = ConversationCreate(kind: .direct, memberIDs: [bob.user.user], conversationID: try .named("pair"))
        _ = try chat.outcome(alice, .create(pair))
        #expect(try chat.refusal(alice, .removeConversation(.named("pair"))).reason == "direct")
        let admin = try #require(Actor.key("k1", tenant: alice.user.tenant, scopes: [.admin], asUser: nil))
            .at(.caller(1))
        #expect(try chat.outcome(admin, .removeConversation(.named("room"))) == done)
        #expect(try chat.outcome(admin, .removeConversation(.named("pair"))) == done)
        let other = ConversationCreate(kind: .direct, memberIDs: [bob.user.user], conversationID: try .named("pair2"))
        #expect(
            try chat.outcome(alice, .create(other))
                == .created(conversationID: .named("pair2"), existing: false, duplicate: false)
        )
    }

    @Test func `whoever typed there is forgotten without a word`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        try make("room", by: alice, with: bob, chat)
        _ = try chat.outcome(bob, .join(.named("room")))
        _ = try chat.outcome(alice, .typing(.named("room"), true))
        _ = try chat.outcome(alice, .removeConversation(.named("room")))
        #expect(chat.wait(.seconds(20)).isEmpty)
    }

    private let done = Acknowledgement.Outcome.changed(offset: nil, duplicate: false)

    private func make(_ id: String, by owner: Actor, with other: Actor, _ chat: Transcript) throws {
        let creation = ConversationCreate(
            kind: .group,
            memberIDs: [other.user.user],
            conversationID: try .named(id)
        )
        _ = try chat.outcome(owner, .create(creation))
    }
}

extension [Delivery] {
    /// The frame that was answered last.
    fileprivate var answered: FrameID {
        for case .answer(_, let frame, _) in reversed() { return frame }
        preconditionFailure("every request is answered")
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Changing a conversation's settings, R3, R30") struct SettingsTests {
    @Test func `an owner's change takes an offset, and readers are told the changed fields alone`() throws {
        let chat = Transcript()
        let (alice, bob) = try team(chat)
        let update = ConversationUpdate(
            conversationID: try .named("room"),
            name: .set("Team"),
            metadata: .set(try JSONFragment(parsing: #"{"a":1}"#)),
            visibility: .private
        )
        let deliveries = try chat.say(alice, .update(update), frame: "u1")
        #expect(
            deliveries.answers(to: alice) == [.success(timestamp: chat.time, .changed(offset: 1, duplicate: false))]
        )
        // Private it was before.
        let change = ConversationChange(name: update.name, metadata: update.metadata, offset: 1)
        #expect(deliveries.events == [.conversationChanged(change)])
        #expect(try chat.outcome(alice, .update(update), frame: "u1") == .changed(offset: 1, duplicate: true))
        #expect(try chat.refusal(alice, .update(named("Other")), frame: "u1").reason == "id_reused")
        guard case .success(_, .conversations(let list, nil)) = try chat.read(bob, .list(Page(cursor: nil, limit: 1)))
        else { throw Unexpected(what: "no list") }
        #expect(list.first?.name == "Team")
        #expect(list.first?.metadata == update.metadata?.value)
        #expect(list.first?.latestOffset == 1)
    }

    @Test func `null takes name and metadata away`() throws {
        let chat = Transcript()
        let (alice, _) = try team(chat)
        _ = try chat.outcome(alice, .update(named("Team")))
        let cleared = ConversationUpdate(conversationID: try .named("room"), name: .clear, metadata: .clear)
        let deliveries = try chat.say(alice, .update(cleared))
        #expect(deliveries.events == [.conversationChanged(ConversationChange(name: .clear, offset: 2))])
        #expect(try chat.storage.read { try $0.conversation(key("room"))?.name } == nil)
    }

    @Test func `what changes nothing takes no offset and is told to nobody`() throws {
        let chat = Transcript()
        let (alice, _) = try team(chat)
        _ = try chat.outcome(alice, .update(named("Team")))
        for update in [try named("Team"), ConversationUpdate(conversationID: try .named("room"), metadata: .clear)] {
            let deliveries = try chat.say(alice, .update(update))
            #expect(deliveries.count == 1)
            #expect(
                deliveries.answers(to: alice) == [
                    .success(timestamp: chat.time, .changed(offset: nil, duplicate: false))
                ]
            )
        }
        // Another spelling of the same letter is another name (R78).
        #expect(try chat.outcome(alice, .update(named("Te\u{E9}"))) == .changed(offset: 2, duplicate: false))
        #expect(try chat.outcome(alice, .update(named("Tee\u{301}"))) == .changed(offset: 3, duplicate: false))
    }

    @Test func `only owners change settings, and whoever has an owner's scope`() throws {
        let chat = Transcript()
        let (_, bob) = try team(chat)
        #expect(try chat.refusal(bob, .update(named("Mine"))).reason == "role")
        let stranger = try chat.connect("stranger")
        #expect(try chat.refusal(stranger, .update(named("Mine"))).code == .notMember)
        let nowhere = ConversationUpdate(conversationID: try .named("nowhere"), name: .set("x"))
        #expect(try chat.refusal(bob, .update(nowhere)).code == .notFound)
        let admin = try chat.connect("admin", scopes: [.chatWrite, .admin])
        #expect(try chat.outcome(admin, .update(named("Ours"))) == .changed(offset: 1, duplicate: false))
    }

    @Test func `a conversation that was opened can be joined, and one that was closed no more`() throws {
        let chat = Transcript()
        let (alice, _) = try team(chat)
        let carol = try chat.connect("carol")
        let dave = try chat.connect("dave")
        #expect(try chat.refusal(carol, .join(.named("room"))).code == .notMember)
        _ = try chat.outcome(alice, .update(.init(conversationID: .named("room"), visibility: .public)))
        _ = try chat.outcome(carol, .join(.named("room")))
        _ = try chat.outcome(alice, .update(.init(conversationID: .named("room"), visibility: .private)))
        #expect(try chat.refusal(dave, .join(.named("room"))).code == .notMember)
    }

    @Test func `a direct conversation stays private`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let pair = ConversationCreate(
            kind: .direct,
            memberIDs: [try .named("bob")],
            conversationID: try .named("room")
        )
        _ = try chat.outcome(alice, .create(pair))
        let opening = ConversationUpdate(conversationID: try .named("room"), visibility: .public)
        #expect(try chat.refusal(alice, .update(opening)).reason == "direct")
        #expect(try chat.outcome(alice, .update(named("Us"))) == .changed(offset: 1, duplicate: false))
    }

    @Test func `what is not built is refused by its name`() throws {
        let chat = Transcript()
        let (alice, _) = try team(chat)
        let slow = ConversationUpdate(conversationID: try .named("room"), name: .set("x"), slowMode: 0)
        let frozen = ConversationUpdate(conversationID: try .named("room"), name: .set("x"), frozen: false)
        for (update, field) in [(slow, "data.slowMode"), (frozen, "data.frozen")] {
            let refusal = try chat.refusal(alice, .update(update))
            #expect(refusal.code == .invalidPayload)
            #expect(refusal.field == field)
            #expect(refusal.reason == "not_yet")
        }
    }

    private func team(_ chat: Transcript) throws -> (alice: Actor, bob: Actor) {
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        let room = ConversationCreate(
            kind: .group,
            memberIDs: [bob.user.user],
            conversationID: try .named("room")
        )
        _ = try chat.outcome(alice, .create(room))
        return (alice, bob)
    }

    private func named(_ name: String) throws -> ConversationUpdate {
        ConversationUpdate(conversationID: try .named("room"), name: .set(name))
    }

    private func key(_ conversation: String) throws -> ConversationKey {
        ConversationKey(tenant: try #require(TenantID("acme")), conversation: try .named(conversation))
    }
}

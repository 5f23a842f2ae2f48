import CAASProtocol
import Testing

@testable import Chat

@Suite("Own events, R76") struct EventTests {
    private let chat = Transcript()

    private func event(_ name: String = "cursor", to conversation: String = "room") throws -> ChatRequest.Command {
        .event(EventSend(conversationID: try .named(conversation), name: name, payload: try payload()))
    }

    private func payload() throws -> JSONFragment { try JSONFragment(parsing: Array(#"{"x":1}"#.utf8).span.bytes) }

    private func told(_ sender: String) throws -> ServerEvent {
        .eventNew(EventNew(name: "cursor", payload: try payload(), senderID: try .named(sender)))
    }

    /// A member, whose connection has joined the public group `room`.
    private func joined(_ user: String) throws -> Actor {
        let actor = try chat.connect(user)
        _ = try chat.outcome(actor, .join(.named("room")))
        return actor
    }

    @Test func `they go to joined connections but not back`() throws {
        let (alice, _) = (try joined("alice"), try joined("bob"))
        let deliveries = try chat.say(alice, event())
        #expect(deliveries.answers(to: alice) == [.success(timestamp: chat.time, .done)])
        let key = ConversationKey(tenant: alice.user.tenant, conversation: try .named("room"))
        #expect(deliveries.contains(.event(key, try told("alice"), to: .joined, except: [alice.connection])))
    }

    @Test func `a backend that acts as a member leaves nobody out`() throws {
        let alice = try joined("alice")
        let key = try #require(Actor.key("k1", tenant: alice.user.tenant, scopes: .chatWrite, asUser: .named("alice")))
        let sent = try chat.say(key, event()).compactMap { delivery -> [ConnectionID]? in
            if case .event(_, .eventNew, to: .joined, let except) = delivery { except } else { nil }
        }
        #expect(sent == [[]])
    }

    @Test func `only members send them, and a key by itself is one with admin alone`() throws {
        let alice = try chat.connect("alice")
        let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("room"))
        _ = try chat.outcome(alice, .create(creation))
        let mallory = try chat.connect("mallory")
        #expect(try chat.refusal(mallory, event()).code == .notMember)
        #expect(try chat.refusal(mallory, event(to: "nowhere")).code == .notFound)
        let tenant = alice.user.tenant
        let plain = try #require(Actor.key("k1", tenant: tenant, scopes: .chatWrite, asUser: nil))
        #expect(try chat.refusal(plain, event()).code == .notMember)
        let admin = try #require(Actor.key("k1", tenant: tenant, scopes: .admin, asUser: nil))
        #expect(try chat.outcome(admin, event()) == .done)
    }

    @Test func `who may not write there sends none, nor does a backend in that user's name`() throws {
        let alice = try joined("alice")
        let invitation = ConversationInvite(
            conversationID: try .named("room"),
            userIDs: [try .named("bob")],
            role: .readonly
        )
        _ = try chat.outcome(alice, .invite(invitation))
        let bob = try joined("bob")
        let tenant = bob.user.tenant
        let key = try #require(Actor.key("k1", tenant: tenant, scopes: .chatWrite, asUser: .named("bob")))
        for actor in [bob, key] {
            #expect(try chat.refusal(actor, event()) == SpecError(.forbidden, reason: "role"))
        }
        let moderating = try #require(
            Actor.key("k1", tenant: tenant, scopes: [.chatWrite, .moderate], asUser: .named("bob"))
        )
        #expect(try chat.outcome(moderating, event()) == .done)
    }

    @Test func `a backend's go to every connection of a user, joined or not, and to nobody else`() throws {
        let (phone, tablet) = (try chat.connect("alice"), try chat.connect("alice", inbox: false))
        let bob = try chat.connect("bob")
        let key = try #require(Actor.key("k1", tenant: bob.user.tenant, scopes: .chatWrite, asUser: nil))
        let own = OwnEvent(name: "cursor", payload: try payload())
        let deliveries = try chat.say(key, .eventToUser(.named("alice"), own))
        for actor in [phone, tablet] { #expect(deliveries.directEvents(to: actor) == [try told("key:k1")]) }
        #expect(deliveries.directEvents(to: bob).isEmpty)
        #expect(try chat.outcome(key, .eventToUser(.named("nobody"), own)) == .done)
    }

    @Test func `another tenant's user of that name hears nothing`() throws {
        let alice = try chat.connect("alice")
        let other = try #require(TenantID("other"))
        let key = try #require(Actor.key("k1", tenant: other, scopes: .admin, asUser: nil))
        let own = OwnEvent(name: "cursor", payload: try payload())
        #expect(try chat.say(key, .eventToUser(.named("alice"), own)).directEvents(to: alice).isEmpty)
    }

    @Test func `a user may send forty at once and twenty a second`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        for _ in 0..<40 { _ = try chat.outcome(alice, event()) }
        let refusal = try chat.refusal(alice, event())
        #expect(refusal.code == .rateLimited)
        #expect(refusal.details.contains { $0 == .init("bucket", .text("event:send")) })
        _ = chat.wait(.milliseconds(50))
        _ = try chat.outcome(alice, event())
        #expect(try chat.refusal(alice, event()).code == .rateLimited)
    }
}

@Suite("Own events as a body, R76") struct OwnEventTests {
    @Test(arguments: [
        (#"{"payload":1}"#, "data.name"), (#"{"name":"a b","payload":1}"#, "data.name"),
        (#"{"name":"n"}"#, "data.payload"), (#"{"name":7,"payload":1}"#, "data.name"),
    ])
    func `what is missing or wrong is named`(text: String, field: String) {
        #expect { try OwnEvent(parsing: Array(text.utf8).span.bytes) } throws: { ($0 as? SpecError)?.field == field }
    }

    @Test func `any JSON is a payload, as it was written`() throws {
        for payload in ["null", "7", #" "x""#, #"{"a":[1.0]}"#] {
            let event = try OwnEvent(parsing: Array(#"{"name":"n","payload":\#(payload)}"#.utf8).span.bytes)
            #expect(event.payload.utf8 == payload.drop { $0 == " " }.utf8.map { $0 })
        }
    }
}

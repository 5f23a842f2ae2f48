import CAASProtocol
import Testing

@testable import Chat

@Suite("Invitations of a blocked user, R77") struct BlockInvitationTests {
    /// The answers to Alice, and what her other device hears, where Bob has blocked her and where he has not.
    private func both(_ body: (Transcript, Actor) throws -> [Delivery]) throws -> [[String]] {
        try [true, false].map { isBlocked in
            let chat = Transcript()
            let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
            let laptop = try chat.connect("alice")
            _ = try chat.connect("carol")
            if isBlocked { _ = try chat.outcome(bob, .block("alice")) }
            let deliveries = try body(chat, alice)
            #expect(deliveries.directEvents(to: bob).isEmpty == isBlocked)
            let isReader = chat.service.audience.readers(of: alice.key(.sample("team"))).contains(bob.connection)
            #expect(isReader == !isBlocked)
            return deliveries.answers(to: alice).map { "\($0)" } + deliveries.events.map { "\($0)" }
                + deliveries.directEvents(to: laptop).map { "\($0)" }
        }
    }

    private func isMember(_ user: String, _ chat: Transcript, _ actor: Actor) throws -> Bool {
        let members = ConversationMembers(conversationID: .sample("team"), page: Page())
        guard case .success(_, .members(let list, _)) = try chat.read(actor, .members(members)) else {
            throw Unexpected(what: "no members")
        }
        return list.contains { $0.userID.rawValue == user }
    }

    @Test(arguments: [["bob"], ["bob", "carol"], ["carol", "bob"]], [MemberRole.member, .moderator])
    func `an invitation is answered and told as ever, and the blocker is no member`(_ users: [String], role: MemberRole)
        throws
    {
        let told = try both { chat, alice in
            _ = try chat.outcome(alice, .create(.group("team", ["dave"])))
            _ = try chat.outcome(alice, sending("first", to: "team"))
            let deliveries = try chat.say(alice, .invite(users, to: "team", as: role))
            _ = try chat.outcome(alice, sending("fence", to: "team"))
            return deliveries
        }
        #expect(told[0] == told[1] && told[0].count == 1 + users.count)
    }

    @Test func `so it is in a channel, where members come unannounced`() throws {
        let told = try [true, false].map { isBlocked in
            let chat = Transcript()
            let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
            if isBlocked { _ = try chat.outcome(bob, .block("alice")) }
            let channel = ConversationCreate(kind: .channel, memberIDs: [], conversationID: .sample("team"))
            _ = try chat.outcome(alice, .create(channel))
            let deliveries = try chat.say(alice, .invite(["bob"], to: "team"))
            #expect(deliveries.directEvents(to: bob).isEmpty == isBlocked)
            #expect(try isMember("bob", chat, alice) == !isBlocked)
            return deliveries.answers(to: alice).map { "\($0)" } + deliveries.events.map { "\($0)" }
        }
        #expect(told[0] == told[1] && told[0].count == 1)
    }

    @Test func `a group is made without the blocker, and the answer is as ever`() throws {
        let told = try both { chat, alice in
            let deliveries = try chat.say(alice, .create(.group("team", ["bob", "carol"])))
            _ = try chat.outcome(alice, sending("fence", to: "team"))
            return deliveries
        }
        #expect(told[0] == told[1])
    }

    @Test func `the offsets of a group go on without a hole`() throws {
        let chat = Transcript()
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        _ = try chat.connect("carol")
        _ = try chat.outcome(bob, .block("alice"))
        _ = try chat.outcome(alice, .create(.group("team", ["carol"])))
        let deliveries = try chat.say(alice, .invite(["bob"], to: "team"))
        guard case .memberUpdated(let update) = deliveries.events.first else { throw Unexpected(what: "no event") }
        #expect(update.offset == 1)
        #expect(
            try chat.outcome(alice, .invite(["bob"], to: "team"))
                == .invited([bob.user.user], offset: 2, duplicate: false)
        )
        guard case .sent(_, 1, 3, false) = try chat.outcome(alice, sending("x", to: "team")) else {
            throw Unexpected(what: "another offset")
        }
    }

    @Test func `anybody else invites the blocker, and so do backends and whoever has scope admin`() throws {
        let tenant = try #require(TenantID("acme"))
        let chat = Transcript()
        let (alice, carol) = (try chat.connect("alice"), try chat.connect("carol"))
        let bob = try chat.connect("bob")
        let admin = try chat.connect("alice", scopes: [.chatWrite, .admin])
        let asAlice = try #require(Actor.key("k1", tenant: tenant, scopes: .admin, asUser: alice.user.user))
        _ = try chat.outcome(bob, .block("alice"))
        for (number, actor) in [try .backend(), carol, admin, asAlice.at(.caller(2))].enumerated() {
            let (made, invited) = ("made-\(number)", "invited-\(number)")
            #expect(try !chat.say(actor, .create(.group(made, ["bob", "dave"]))).directEvents(to: bob).isEmpty)
            _ = try chat.outcome(actor, .create(.group(invited, ["dave"])))
            #expect(try !chat.say(actor, .invite(["bob"], to: invited)).directEvents(to: bob).isEmpty)
            for name in [made, invited] { _ = try chat.outcome(bob, .join(.named(name))) }
        }
        // A key that acts as a user without that scope is that user.
        let key = try #require(Actor.key("k2", tenant: tenant, scopes: .standard, asUser: alice.user.user))
        let deliveries = try chat.say(key.at(.caller(3)), .create(.group("last", ["bob", "dave"])))
        #expect(deliveries.directEvents(to: bob).isEmpty)
        #expect(try chat.refusal(bob, .join(.named("last"))).code == .notMember)
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Presence: who watches whom, R37") struct PresenceWatchTests {
    private let chat = Transcript()

    private func group(_ id: String, by actor: Actor, with users: [String], kind: ConversationKind = .group) throws {
        let creation = ConversationCreate(
            kind: kind,
            memberIDs: try users.map { try .named($0) },
            conversationID: try .named(id)
        )
        _ = try chat.outcome(actor, .create(creation))
    }

    private func remove(_ user: String, from conversation: String, by actor: Actor) throws {
        let removal = ConversationRemove(conversationID: try .named(conversation), userID: try .named(user), ban: false)
        _ = try chat.outcome(actor, .remove(removal))
    }

    @Test func `the answer is the snapshot, in the order asked for, and changes follow`() throws {
        let bob = try chat.connect("bob")
        let alice = try chat.connect("alice")
        let carol = try chat.connect("carol")
        try group("room", by: bob, with: ["alice", "carol", "dave"])
        _ = try chat.outcome(carol, .presence(.update(PresenceUpdate(status: .busy, customMessage: "hm"))))
        _ = chat.wait(.seconds(4))
        let seen = try chat.snapshots(bob, ["dave", "carol", "stranger", "bob", "alice"])
        #expect(seen.map(\.status) == [.offline, .busy, .offline, .online, .online])
        #expect(seen.map(\.customMessage) == [nil, "hm", nil, nil, nil])
        _ = try chat.say(alice, .goodbye)
        let told = try #require(chat.updates(to: bob).last)
        #expect((told.userID.rawValue, told.status) == ("alice", .offline))
        #expect(told.v > seen[4].v)
    }

    @Test func `members of a group are told only if they ask, direct partners by themselves`() throws {
        let bob = try chat.friend(of: "alice")
        let carol = try chat.connect("carol")
        try group("room", by: bob, with: ["alice", "carol"])
        _ = chat.wait(.seconds(4))
        let alice = try chat.connect("alice")
        let deliveries = chat.wait(.milliseconds(250))
        #expect(deliveries.presences(to: bob).map(\.status) == [.online])
        #expect(deliveries.presences(to: carol).isEmpty)
        #expect(try chat.snapshot(carol, "alice").status == .online)
        _ = chat.wait(.seconds(4))
        _ = try chat.say(alice, .goodbye)
        let later = chat.wait(.seconds(4))
        #expect([bob, carol].map { later.presences(to: $0).map(\.status) } == [[.offline], [.offline]])
    }

    @Test func `who does not watch any more is not told, not even a direct partner`() throws {
        let bob = try chat.friend(of: "alice")
        let carol = try chat.connect("carol")
        try group("room", by: bob, with: ["alice", "carol"])
        _ = try chat.snapshot(carol, "alice")
        let alice = PresenceSubscription(userIDs: [try .named("alice"), try .named("nobody")])
        for actor in [bob, carol] { #expect(try chat.outcome(actor, .presence(.unwatch(alice))) == .done) }
        let phone = try chat.connect("alice")
        let deliveries = chat.wait(.seconds(4))
        #expect([bob, carol].allSatisfy { deliveries.presences(to: $0).isEmpty })
        // And is again when it asks for it.
        _ = try chat.snapshot(bob, "alice")
        _ = try chat.say(phone, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test(arguments: [ConversationKind.group, .channel])
    func `strangers are offline, and a channel makes nobody known`(kind: ConversationKind) throws {
        let bob = try chat.connect("bob")
        _ = try chat.connect("alice")
        if kind == .channel { try group("news", by: bob, with: ["alice"], kind: .channel) }
        let seen = try chat.snapshot(bob, "alice")
        #expect((seen.status, seen.lastSeen) == (.offline, nil))
    }

    @Test func `the whole tenant is known where the setting says so, and no other tenant`() throws {
        let chat = Transcript { $0.presence.visibility = .tenant }
        let bob = try chat.connect("bob")
        let other = try chat.connect("bob", tenant: "other")
        let alice = try chat.connect("alice")
        #expect(try chat.snapshot(bob, "alice").status == .online)
        #expect(try chat.snapshot(other, "alice").status == .offline)
        _ = chat.wait(.seconds(4))
        _ = try chat.say(alice, .goodbye)
        let deliveries = chat.wait(.seconds(4))
        #expect(deliveries.presences(to: bob).map(\.status) == [.offline])
        #expect(deliveries.presences(to: other).isEmpty)
    }

    @Test func `the end of a membership is the end of seeing, both ways`() throws {
        let bob = try chat.connect("bob")
        let alice = try chat.connect("alice")
        try group("room", by: bob, with: ["alice"])
        let before = try (chat.snapshot(bob, "alice"), chat.snapshot(alice, "bob"))
        #expect([before.0.status, before.1.status] == [.online, .online])
        _ = chat.wait(.seconds(4))
        try remove("alice", from: "room", by: bob)
        let ended = chat.wait(.seconds(4))
        let (alices, bobs) = (ended.presences(to: alice), ended.presences(to: bob))
        #expect(alices.map(\.status) == [.offline] && bobs.map(\.status) == [.offline])
        let (bobsEnd, alicesEnd) = (try #require(bobs.first), try #require(alices.first))
        #expect(bobsEnd.v > before.0.v && alicesEnd.v > before.1.v)
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy, customMessage: "?"))))
        #expect(chat.updates(to: bob).isEmpty)
        // A new membership brings back what was asked for.
        let invitation = ConversationInvite(conversationID: try .named("room"), userIDs: [try .named("alice")])
        _ = try chat.outcome(bob, .invite(invitation))
        let again = chat.wait(.seconds(4))
        #expect(again.presences(to: bob).map(\.status) == [.busy])
        let begun = try #require(again.presences(to: bob).first)
        #expect(begun.v > bobsEnd.v)
        #expect(again.presences(to: alice).map(\.status) == [.online])
    }

    @Test(arguments: ["direct", "group", "call"])
    func `a conversation that is made brings those into sight who were asked for before`(_ kind: String) throws {
        let chat = Transcript { $0.calls.policy = .anyone }
        let bob = try chat.connect("bob")
        let alice = try chat.connect("alice")
        let carol = try chat.connect("carol")
        let before = try chat.snapshot(alice, "bob")
        #expect(before.status == .offline)
        #expect(try chat.snapshots(carol, ["alice", "bob"]).map(\.status) == [.offline, .offline])
        _ = chat.wait(.seconds(4))
        let command: ChatRequest.Command =
            switch kind {
            case "direct": .create(ConversationCreate(kind: .direct, memberIDs: [bob.user.user]))
            case "group": .create(ConversationCreate(kind: .group, memberIDs: [bob.user.user]))
            default: .call(.initiate(CallInitiate(targetUserID: bob.user.user, type: .audio)))
            }
        _ = try chat.outcome(alice, command)
        let met = chat.wait(.seconds(4))
        let seen = try #require(met.presences(to: alice).first)
        #expect((seen.userID, seen.status) == (bob.user.user, .online) && seen.v > before.v)
        _ = try chat.outcome(bob, .presence(.update(PresenceUpdate(status: .busy))))
        let later = chat.wait(.seconds(4))
        #expect(later.presences(to: alice).map(\.status) == [.busy])
        #expect((met.presences(to: carol) + later.presences(to: carol)).isEmpty)
    }

    @Test func `who shares another conversation goes on seeing`() throws {
        let bob = try chat.connect("bob")
        let alice = try chat.connect("alice")
        for room in ["one", "two"] { try group(room, by: bob, with: ["alice"]) }
        _ = try chat.snapshot(bob, "alice")
        _ = chat.wait(.seconds(4))
        try remove("alice", from: "one", by: bob)
        #expect(chat.updates(to: bob).isEmpty)
        _ = try chat.say(alice, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `nothing is told between the end of a membership and what follows from it`() throws {
        let bob = try chat.connect("bob")
        let alice = try chat.connect("alice")
        try group("room", by: bob, with: ["alice"])
        _ = try chat.snapshot(bob, "alice")
        _ = chat.wait(.seconds(4))
        // Both in one batch, before anybody could find out.
        let removal = ConversationRemove(conversationID: try .named("room"), userID: alice.user.user, ban: false)
        _ = chat.process([
            try chat.request(bob, .remove(removal)),
            try chat.request(alice, .presence(.update(PresenceUpdate(status: .busy, customMessage: "secret")))),
        ])
        let told = chat.updates(to: bob)
        #expect(told.map(\.status) == [.offline])
        #expect(told.allSatisfy { $0.customMessage == nil })
    }

    @Test func `a deleted conversation is the end of seeing`() throws {
        let bob = try chat.connect("bob")
        _ = try chat.connect("alice")
        try group("room", by: bob, with: ["alice"])
        _ = try chat.snapshot(bob, "alice")
        _ = chat.wait(.seconds(4))
        _ = try chat.outcome(bob, .removeConversation(.named("room")))
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `coming and going from a conversation tells no more often than anything else`() throws {
        let bob = try chat.connect("bob")
        _ = try chat.connect("alice")
        try group("room", by: bob, with: ["alice"])
        _ = try chat.snapshot(bob, "alice")
        _ = chat.wait(.seconds(4))
        let invitation = ConversationInvite(conversationID: try .named("room"), userIDs: [try .named("alice")])
        var told = 0
        for _ in 0..<10 {
            try remove("alice", from: "room", by: bob)
            told += chat.updates(to: bob, after: .milliseconds(300)).count
            _ = try chat.outcome(bob, .invite(invitation))
            told += chat.updates(to: bob, after: .milliseconds(300)).count
        }
        // Six seconds.
        #expect((1...3).contains(told))
        _ = chat.wait(.seconds(4))
        #expect(try chat.snapshot(bob, "alice").status == .online)
    }

    @Test func `a connection watches as many as the setting says`() throws {
        let chat = Transcript { $0.presence.watchedUsers = 3 }
        let bob = try chat.connect("bob")
        _ = try chat.snapshots(bob, ["a", "b"])
        _ = try chat.snapshots(bob, ["b", "c", "a"])
        guard case .failure(let error) = try chat.watching(bob, ["a", "d"]) else { throw Unexpected(what: "watched") }
        #expect((error.code, error.reason) == (.rateLimited, "watch_limit"))
        #expect(try chat.outcome(bob, .presence(.unwatch(PresenceSubscription(userIDs: [try .named("a")])))) == .done)
        _ = try chat.snapshots(bob, ["d"])
        // Another connection has its own.
        _ = try chat.snapshots(try chat.connect("bob"), ["e", "f", "g"])
    }

    @Test func `a token without the scope is told nothing`() throws {
        let bob = try chat.friend(of: "alice")
        let silent = try chat.connect("bob", scopes: [.chatRead, .chatWrite])
        _ = chat.wait(.seconds(4))
        _ = try chat.connect("alice")
        let deliveries = chat.wait(.milliseconds(250))
        #expect(deliveries.presences(to: bob).map(\.status) == [.online])
        #expect(deliveries.presences(to: silent).isEmpty)
    }

    @Test func `who is in many conversations is answered in steps, as of when it is answered`() throws {
        let bob = try chat.connect("bob")
        let alice = try chat.connect("alice")
        for number in 0..<800 { try group("room\(number)", by: bob, with: ["m\(number % 40)"]) }
        try group("last", by: bob, with: ["alice"])
        let users = (0..<39).map { "m\($0)" } + ["alice"]
        let watch = PresenceSubscription(userIDs: try users.map { try .named($0) })
        var deliveries = try chat.say(bob, .presence(.watch(watch)))
        #expect(deliveries.answers(to: bob).isEmpty)
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy))))
        var steps = 1
        while case .again(let request)? = deliveries.first {
            deliveries = chat.process([request])
            steps += 1
        }
        #expect(steps > 3)
        guard case .success(_, .presences(let seen)) = try #require(deliveries.answers(to: bob).first) else {
            throw Unexpected(what: "no snapshot")
        }
        #expect(seen.map(\.userID.rawValue) == users)
        #expect(seen.last?.status == .busy)
    }

    @Test func `a connection that has gone watches nobody`() throws {
        let bob = try chat.friend(of: "alice")
        let tablet = try chat.connect("bob")
        _ = try chat.snapshots(tablet, ["alice", "x", "y"])
        let watch = PresenceSubscription(userIDs: [try .named("alice")])
        _ = chat.process([
            try chat.request(tablet, .goodbye), try chat.request(tablet, .presence(.watch(watch))),
            try chat.request(tablet, .presence(.unwatch(watch))),
        ])
        _ = try chat.say(bob, .goodbye)
        _ = chat.wait(.seconds(31))
        _ = chat.wait(.seconds(31))
        #expect(chat.rows == 0)
    }

    @Test func `presence has a rate`() throws {
        let chat = Transcript { $0.countsRates = true }
        let bob = try chat.connect("bob")
        for _ in 0..<5 { _ = try chat.outcome(bob, .presence(.update(PresenceUpdate(status: .busy)))) }
        let refusal = try chat.refusal(bob, .presence(.update(PresenceUpdate(status: .away))))
        #expect((refusal.code, refusal.retryAfter) == (.rateLimited, 3_000))
        let watch = PresenceSubscription(userIDs: [try .named("a")])
        #expect(try chat.refusal(bob, .presence(.watch(watch))).code == .rateLimited)
        _ = chat.wait(.seconds(3))
        #expect(try chat.outcome(bob, .presence(.unwatch(watch))) == .done)
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Users and their connections, R26, R59, R70") struct UserTests {
    private let done = Acknowledgement.Outcome.changed(offset: nil, duplicate: false)

    @Test func `a user is put as a whole, and read back`() throws {
        let chat = Transcript()
        let admin = try backend(.admin)
        #expect(try notFound(chat.read(admin, .user(.named("zoe")))))
        let update = UserSummary(userID: try .named("zoe"), name: "Zoe", avatarURL: "https://example.org/z.png")
        #expect(try chat.outcome(admin, .putUser(update)) == done)
        guard case .success(_, .user(let zoe)) = try chat.read(admin, .user(.named("zoe"))) else { return }
        #expect(zoe == UserSummary(userID: try .named("zoe"), name: "Zoe", avatarURL: "https://example.org/z.png"))
        _ = try chat.outcome(admin, .putUser(UserSummary(userID: .named("zoe"), name: "Z", avatarURL: nil)))
        guard case .success(_, .user(let shorter)) = try chat.read(admin, .user(.named("zoe"))) else { return }
        #expect(shorter == UserSummary(userID: try .named("zoe"), name: "Z", avatarURL: nil))
    }

    @Test func `nobody makes a user with the name of a key`() throws {
        let chat = Transcript()
        let update = UserSummary(userID: try .named("key:abc"), name: "Shop", avatarURL: nil)
        let refusal = try chat.refusal(try backend(.admin), .putUser(update))
        #expect(refusal.code == .invalidPayload && refusal.field == "userId")
        #expect(try notFound(chat.read(backend(.admin), .user(.named("key:abc")))))
    }

    @Test func `users read and change themselves, and nobody else`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        #expect(
            try chat.outcome(alice, .putUser(UserSummary(userID: .named("alice"), name: "A", avatarURL: nil))) == done
        )
        guard case .success(_, .user(let user)) = try chat.read(alice, .user(.named("alice"))) else {
            throw Unexpected(what: "not read")
        }
        #expect(user.name == "A")
        let bob = try UserID.named("bob")
        for command in [
            ChatRequest.Command.putUser(UserSummary(userID: bob, name: "B", avatarURL: nil)), .removeUser(bob),
            .removeUser(alice.user.user), .connections(bob), .disconnectUser(bob, connection: nil),
        ] {
            let refusal = try chat.refusal(alice, command)
            #expect(refusal.code == .forbidden && refusal.reason == "scope")
        }
        guard case .failure(let error) = try chat.read(alice, .user(bob)) else { throw Unexpected(what: "read") }
        #expect(error.reason == "scope")
    }

    @Test func `an end of a user ends its memberships, and its messages keep their sender`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        let room = ConversationCreate(kind: .group, memberIDs: [alice.user.user], conversationID: try .named("room"))
        _ = try chat.outcome(bob, .create(room))
        guard case .sent(let message, _, _, _) = try chat.outcome(bob, sending("hi", to: "room")) else { return }
        let deliveries = try chat.say(try backend(.admin), .removeUser(.named("bob")))
        #expect(deliveries.contains(.close([bob.connection], .userRemoved)))
        guard case .memberUpdated(let update) = deliveries.events.first else { throw Unexpected(what: "no event") }
        #expect(update == MemberUpdated(userID: bob.user.user, change: .left, role: nil, offset: 2))
        guard case .success(_, .message(let kept)) = try chat.read(alice, .message(message, nil)) else {
            throw Unexpected(what: "the message is gone")
        }
        #expect(kept.senderID == bob.user.user && kept.body.content == "hi")
        #expect(try notFound(chat.read(backend(.admin), .user(.named("bob")))))
        #expect(try chat.refusal(try backend(.admin), .removeUser(.named("bob"))).code == .notFound)
        // Nobody owns it now but the backend, which names another owner.
        let role = ConversationRole(conversationID: try .named("room"), userID: alice.user.user, role: .owner)
        #expect(try chat.refusal(alice, .role(role)).code == .forbidden)
        #expect(try chat.outcome(try backend(.admin), .role(role)) == .role(.owner, offset: 3, duplicate: false))
        // Whoever comes back begins anew.
        _ = try chat.connect("bob")
        guard case .success(_, .user) = try chat.read(backend(.admin), .user(.named("bob"))) else {
            throw Unexpected(what: "unknown")
        }
        #expect(try chat.refusal(bob, sending("again", to: "room")).code == .notMember)
    }

    @Test func `a pair has another conversation after the end of one of the two`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let pair = ConversationCreate(kind: .direct, memberIDs: [try .named("bob")])
        guard case .created(let first, _, _) = try chat.outcome(alice, .create(pair)) else { return }
        _ = try chat.outcome(try backend(.admin), .removeUser(.named("bob")))
        guard case .created(let second, existing: false, _) = try chat.outcome(alice, .create(pair)) else {
            throw Unexpected(what: "the old one")
        }
        #expect(first != second)
    }

    @Test func `many memberships end step by step, at the price of one request, answered once`() throws {
        let chat = Transcript { $0.keyRate = Rate(1, burst: 1) }
        let admin = try backend(.admin)
        let bob = try chat.connect("bob")
        for number in 0..<UserRules.membershipsAtOnce * 2 + 3 {
            _ = try chat.outcome(bob, .join(.named("room\(number)")))
        }
        var batch = [try chat.request(admin, .removeUser(.named("bob")), frame: "d1")]
        var answers: [Acknowledgement] = []
        var steps = 0
        while !batch.isEmpty {
            let deliveries = chat.process(batch)
            answers += deliveries.answers(to: admin)
            batch = deliveries.compactMap { if case .again(let request) = $0 { request } else { nil } }
            steps += 1
        }
        #expect(steps == 3)
        #expect(answers == [.success(timestamp: chat.time, done)])
        #expect(try chat.storage.read { try $0.conversations(of: bob.user, after: nil, limit: 1).isEmpty })
        #expect(
            try chat.outcome(admin, .removeUser(.named("bob")), frame: "d1") == .changed(offset: nil, duplicate: true)
        )
    }

    @Test func `connections are listed and sent away, all or one`() throws {
        let chat = Transcript()
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        let admin = try backend(.admin)
        #expect(
            try chat.outcome(admin, .connections(.named("alice")))
                == .connections(
                    [phone, tablet].map {
                        ConnectionSummary(
                            id: $0.session?.id ?? "",
                            deviceID: $0.session?.deviceID ?? "",
                            transport: "websocket",
                            since: chat.time
                        )
                    }
                )
        )
        #expect(try chat.outcome(admin, .connections(.named("bob"))) == .connections([]))
        let one = try chat.say(phone, .disconnectUser(.named("alice"), connection: tablet.session?.id))
        #expect(one.first == .close([tablet.connection], .disconnected))
        #expect(try chat.refusal(admin, .disconnectUser(.named("alice"), connection: "no")).code == .notFound)
        let all = try chat.say(admin, .disconnectUser(.named("alice"), connection: nil))
        #expect(all.first == .close([phone.connection, tablet.connection], .disconnected))
        #expect(all.answers(to: admin) == [.success(timestamp: chat.time, done)])
    }

    @Test func `one conversation is read as the list shows it, with its count of members`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let pair = ConversationCreate(
            kind: .direct,
            memberIDs: [try .named("bob")],
            conversationID: try .named("pair")
        )
        _ = try chat.outcome(alice, .create(pair))
        _ = try chat.outcome(alice, sending("hi", to: "pair"))
        guard
            case .success(_, .conversations(let list, nil)) = try chat.read(alice, .list(Page(cursor: nil, limit: 1))),
            case .success(_, .conversation(let one, members: 2)) = try chat.read(alice, .conversation(.named("pair")))
        else { throw Unexpected(what: "another answer") }
        #expect([one] == list)
        guard
            case .success(_, .conversation(let seen, _)) = try chat.read(backend(.admin), .conversation(.named("pair")))
        else { throw Unexpected(what: "not read") }
        #expect(seen.role == .owner && seen.peerID == nil)
        guard case .failure(let refusal) = try chat.read(backend(.chatRead), .conversation(.named("pair"))) else {
            throw Unexpected(what: "a success")
        }
        #expect(refusal.code == .notMember)
        #expect(try notFound(chat.read(alice, .conversation(.named("nowhere")))))
    }

    @Test func `one message is read by members, as it is now`() throws {
        let chat = Transcript { $0.history = .joined }
        let alice = try chat.connect("alice")
        let room = try ConversationID.named("room")
        _ = try chat.outcome(alice, .create(ConversationCreate(kind: .group, memberIDs: [], conversationID: room)))
        guard case .sent(let id, _, _, _) = try chat.outcome(alice, sending("hi", to: "room")) else { return }
        _ = try chat.outcome(alice, .invite(ConversationInvite(conversationID: room, userIDs: [.named("bob")])))
        let bob = try chat.connect("bob")
        guard case .success(_, .message(let message)) = try chat.read(alice, .message(id, room)) else {
            throw Unexpected(what: "not read")
        }
        #expect(message.body.content == "hi" && message.id == id)
        // Said before he came.
        #expect(try notFound(chat.read(bob, .message(id, room))))
        #expect(try notFound(chat.read(alice, .message(id, .named("elsewhere")))))
        _ = try chat.outcome(alice, .delete(MessageDelete(messageID: id, conversationID: nil, reason: nil)))
        guard case .success(_, .message(let tombstone)) = try chat.read(alice, .message(id, nil)) else { return }
        #expect(tombstone.tombstone != nil && tombstone.body.content.isEmpty)
    }

    private func backend(_ scopes: Scopes) throws -> Actor {
        let tenant = try #require(TenantID("acme"))
        return try #require(Actor.key("k1", tenant: tenant, scopes: scopes, asUser: nil)).at(.caller(1))
    }

    private func notFound(_ answer: Acknowledgement) -> Bool {
        if case .failure(let error) = answer { error.code == .notFound } else { false }
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Who rings and is told of calls, R42, R56, R60") struct CallScopeTests {
    private let chat = Transcript()

    @Test func `a connection that may not call neither rings nor hears of the call, but sees its entry`() throws {
        let alice = try chat.connect("alice")
        let reader = try chat.connect("bob", scopes: [.chatRead, .chatWrite])
        try chat.befriend(alice, "bob")
        let ringing = try chat.process([chat.initiate(alice, "bob")])
        #expect(ringing.told(to: reader) == [] && ringing.told(to: alice) == [])
        // The first that may answer is the first that rings.
        let phone = try chat.newcomer("bob", scopes: .call)
        let late = try chat.say(phone, .connect)
        #expect(late.told(to: phone) == ["incoming"] && late.told(to: alice) == ["ringing"])
        guard case .callIncoming(let incoming) = late.directEvents(to: phone).first else {
            throw Unexpected(what: "no ringing")
        }
        let answered = try chat.say(phone, .call(.answer(.to(incoming.callID))))
        #expect(answered.told(to: reader) == [])
        let end = try chat.say(alice, .call(.end(.to(incoming.callID))))
        #expect(end.told(to: reader) == [] && end.told(to: phone) == ["ended hangup 0"])
        #expect(end.callMessages.count == 1)
    }

    @Test(arguments: [Scopes.chatRead, .call, .admin]) func `a batch counts those that ring`(scopes: Scopes) throws {
        let alice = try chat.connect("alice")
        try chat.befriend(alice, "bob")
        let bob = try chat.newcomer("bob", scopes: scopes)
        let deliveries = chat.process([try chat.request(bob, .connect), try chat.initiate(alice, "bob")])
        let rings = scopes != .chatRead
        #expect(deliveries.told(to: bob) == (rings ? ["incoming"] : []))
        #expect(deliveries.told(to: alice) == (rings ? ["ringing"] : []))
    }

    @Test func `the end waits for a connection that is told of calls`() throws {
        let alice = try chat.connect("alice")
        let phone = try chat.connect("bob")
        try chat.befriend(alice, "bob")
        let call = try chat.call(alice, "bob")
        _ = try chat.say(phone, .disconnect)
        let reader = try chat.connect("bob", scopes: .chatRead)
        #expect(try chat.say(alice, .call(.end(.to(call)))).told(to: reader) == [])
        let back = try chat.newcomer("bob")
        #expect(try chat.say(back, .connect).told(to: back) == ["ended cancelled 0"])
    }

    @Test func `a device comes back by a token that may call, and by no other`() throws {
        let alice = try chat.connect("alice")
        let phone = try chat.connect("bob", device: "phone")
        try chat.befriend(alice, "bob")
        let call = try chat.call(alice, "bob")
        _ = try chat.standing(phone, .answer(.to(call)))
        let reader = try chat.connect("bob", scopes: .chatRead, device: "phone")
        #expect(try chat.say(phone, .disconnect).told(to: alice) == ["reconnecting"])
        let other = try chat.newcomer("bob", scopes: .chatRead, device: "phone")
        #expect(try chat.say(other, .connect).told(to: alice) == [])
        let back = try chat.newcomer("bob", device: "phone")
        let welcome = try chat.say(back, .connect)
        #expect(welcome.told(to: alice) == ["answered"] && welcome.told(to: reader) == [])
    }

    @Test func `whoever may not call hears of the conversation that a call makes`() throws {
        let chat = Transcript { $0.calls.policy = .anyone }
        let alice = try chat.connect("alice")
        let reader = try chat.connect("bob", scopes: .chatRead)
        let deliveries = try chat.process([chat.initiate(alice, "bob")])
        #expect(deliveries.told(to: reader) == [])
        #expect(deliveries.directEvents(to: reader).count == 1)
    }

    @Test(arguments: [ChatSettings().calls.policy, .anyone])
    func `guests neither call nor are called`(policy: CallSettings.Policy) throws {
        let chat = Transcript { $0.calls.policy = policy }
        let alice = try chat.connect("alice")
        let guest = try chat.connect("guest:1", scopes: [.call, .admin])
        let room = ConversationCreate(kind: .group, memberIDs: [guest.user.user], conversationID: try .named("room"))
        _ = try chat.outcome(alice, .create(room))
        let toGuest = CallCommand.initiate(CallInitiate(targetUserID: guest.user.user, type: .audio))
        let error = try chat.refusal(alice, .call(toGuest))
        #expect(error.code == .forbidden && error.reason == "guest" && error.field == "data.targetUserId")
        let toAlice = CallCommand.initiate(CallInitiate(targetUserID: alice.user.user, type: .audio))
        #expect(try chat.reason(guest, toAlice) == "FORBIDDEN scope")
        let call = CallReference.to(.random())
        for command in [CallCommand.answer(call), .reject(call), .end(call), .ice(call)] {
            #expect(try chat.reason(guest, command) == "FORBIDDEN scope")
        }
    }

    @Test func `whoever may call sends media in its own call, and nowhere else`() throws {
        let scopes: Scopes = [.chatRead, .chatWrite, .call]
        let alice = try chat.connect("alice", scopes: scopes)
        let bob = try chat.connect("bob")
        try chat.befriend(alice, "bob")
        try chat.befriend(alice, "carol")
        func packet(to other: String) throws -> ChatRequest.Command {
            let pair = try chat.storage.read {
                try $0.directConversation(tenant: alice.user.tenant, alice.user.user, .named(other))
            }
            return .relay(MediaRelay(kind: .audio, sequence: 7, bytes: [1]), try #require(pair).key.conversation)
        }
        let call = try chat.call(alice, "bob")
        #expect(try chat.refusal(alice, packet(to: "bob")).reason == "scope")
        _ = try chat.standing(bob, .answer(.to(call)))
        #expect(try chat.outcome(alice, packet(to: "bob")) == .relayed(sequence: 7))
        #expect(try chat.refusal(alice, packet(to: "carol")).reason == "scope")
        _ = try chat.standing(alice, .end(.to(call)))
        #expect(try chat.refusal(alice, packet(to: "bob")).reason == "scope")
    }
}

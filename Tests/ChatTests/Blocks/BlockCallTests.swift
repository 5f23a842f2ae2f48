import CAASProtocol
import Testing

@testable import Chat

@Suite("Calls of a blocked user, R41, R77") struct BlockCallTests {
    private func blocked() throws -> CallScene {
        let scene = try CallScene()
        _ = try scene.chat.outcome(scene.phone, .block("alice"))
        return scene
    }

    @Test func `it rings in silence, also for a device that comes late, and is missed`() throws {
        let scene = try blocked()
        let deliveries = scene.chat.process([try scene.chat.initiate(scene.alice, "bob")])
        guard case .success(_, .call(let standing)) = deliveries.answers(to: scene.alice).first else {
            throw Unexpected(what: "\(deliveries)")
        }
        #expect(standing.state == .ringing && scene.told(deliveries) == [[], [], []])
        let late = try scene.chat.newcomer("bob")
        #expect(try scene.chat.say(late, .connect).told(to: late) == [])
        for command in [
            CallCommand.answer(.to(standing.callID)), .reject(.to(standing.callID)), .end(.to(standing.callID)),
        ] {
            #expect(try scene.chat.reason(scene.phone, command) == "NOT_FOUND call")
        }
        let missed = scene.chat.wait(.seconds(46))
        #expect(scene.told(missed) == [["ended missed 0"], [], []] && missed.told(to: late) == [])
        #expect(try scene.chat.entries(scene.alice, "bob").count == 1)
        let later = try scene.chat.newcomer("bob")
        #expect(try scene.chat.say(later, .connect).told(to: later) == [])
    }

    @Test func `it takes no place of the callee's, who is not busy for it either`() throws {
        let scene = try blocked()
        let carol = try scene.chat.connect("carol")
        try scene.chat.befriend(carol, "bob")
        _ = try scene.call()
        let call = try scene.chat.call(carol, "bob")
        _ = try scene.chat.standing(scene.phone, .answer(.to(call)))
        let alice = try scene.chat.connect("alice")
        _ = try scene.chat.say(scene.alice, .goodbye)
        #expect(
            try scene.chat.standing(alice, .initiate(.init(targetUserID: .named("bob"), type: .audio))).state
                == .ringing
        )
        _ = try scene.chat.standing(scene.phone, .end(.to(call)))
        _ = try scene.chat.call(scene.phone, "carol")
    }

    @Test func `it stays silent after a restart, and ends as cancelled`() throws {
        let scene = try blocked()
        let call = try scene.call()
        scene.chat.restart()
        let (bob, alice) = (try scene.chat.newcomer("bob"), try scene.chat.newcomer("alice"))
        #expect(try scene.chat.say(bob, .connect).told(to: bob) == [])
        _ = try scene.chat.say(alice, .connect)
        let deliveries = try scene.chat.say(alice, .call(.end(.to(call))))
        #expect(deliveries.told(to: alice) == ["ended cancelled 0"] && deliveries.told(to: bob) == [])
    }

    @Test func `the blocker calls nobody whom it has blocked`() throws {
        let scene = try blocked()
        let command = CallCommand.initiate(CallInitiate(targetUserID: try .named("alice"), type: .audio))
        #expect(try scene.chat.reason(scene.phone, command) == "FORBIDDEN blocked")
    }

    @Test func `a call that rings falls silent, one's own is cancelled, and one that is answered goes on`() throws {
        let ringing = try CallScene()
        let call = try ringing.call()
        let silenced = try ringing.chat.say(ringing.phone, .block("alice"))
        #expect(ringing.told(silenced) == [[], ["ended rejected 0"], ["ended rejected 0"]])
        #expect(ringing.told(ringing.chat.wait(.seconds(46))) == [["ended missed 0"], [], []])
        #expect(try ringing.chat.reason(ringing.phone, .answer(.to(call))) == "NOT_FOUND call")

        let own = try CallScene()
        _ = try own.chat.call(own.phone, "alice")
        let cancelled = try own.chat.say(own.phone, .block("alice"))
        #expect(own.told(cancelled)[0] == ["ended cancelled 0"])

        let talk = try CallScene()
        let answered = try talk.talk()
        #expect(talk.told(try talk.chat.say(talk.phone, .block("alice"))) == [[], [], []])
        #expect(talk.told(try talk.chat.say(talk.alice, .call(.end(.to(answered)))))[1] == ["ended hangup 0"])
    }

    @Test(arguments: [false, true])
    func `who ends the block and calls back answers the call that still rings`(isWaiting: Bool) throws {
        let scene = try CallScene { $0.calls.isWaiting = isWaiting }
        _ = try scene.chat.outcome(scene.phone, .block("alice"))
        let call = try scene.call()
        _ = try scene.chat.outcome(scene.phone, .block("alice", on: false))
        let command = CallCommand.initiate(CallInitiate(targetUserID: try .named("alice"), type: .audio))
        let deliveries = scene.chat.process([try scene.chat.request(scene.phone, .call(command))])
        guard case .success(_, .call(let standing)) = deliveries.answers(to: scene.phone).first else {
            throw Unexpected(what: "\(deliveries)")
        }
        #expect(standing.callID == call && standing.state == .answered && standing.isGlare)
        #expect(scene.told(deliveries).map(\.count) == [1, 1, 0])
        let ended = try scene.chat.say(scene.alice, .call(.end(.to(call))))
        #expect(scene.told(ended) == Array(repeating: ["ended hangup 0"], count: 3))
        #expect(try scene.chat.entries(scene.alice, "bob").count == 1)
    }

    @Test func `who is in another call does not answer it by calling back`() throws {
        let scene = try blocked()
        let carol = try scene.chat.connect("carol")
        try scene.chat.befriend(carol, "bob")
        let other = try scene.chat.call(carol, "bob")
        _ = try scene.chat.standing(scene.phone, .answer(.to(other)))
        _ = try scene.call()
        _ = try scene.chat.outcome(scene.phone, .block("alice", on: false))
        let command = CallCommand.initiate(CallInitiate(targetUserID: try .named("alice"), type: .audio))
        #expect(try scene.chat.reason(scene.phone, command) == "ALREADY_EXISTS in_call")
    }

    @Test func `whoever has called back learns of the end, also later`() throws {
        let scene = try blocked()
        let call = try scene.call()
        _ = try scene.chat.outcome(scene.phone, .block("alice", on: false))
        let command = CallCommand.initiate(CallInitiate(targetUserID: try .named("alice"), type: .audio))
        #expect(try scene.chat.standing(scene.phone, command).callID == call)
        for device in [scene.phone, scene.tablet] { _ = try scene.chat.say(device, .disconnect) }
        #expect(scene.chat.wait(.seconds(31)).told(to: scene.alice) == ["ended connection_lost 0"])
        let late = try scene.chat.newcomer("bob")
        #expect(try scene.chat.say(late, .connect).told(to: late) == ["ended connection_lost 0"])
    }

    @Test func `whoever has called back learns of the end also where the block came before anything rang`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let reader = try chat.connect("bob", scopes: [.chatRead, .chatWrite])
        try chat.befriend(alice, "bob")
        let call = try chat.call(alice, "bob")
        for on in [true, false] { _ = try chat.outcome(reader, .block("alice", on: on)) }
        let phone = try chat.connect("bob")
        let command = CallCommand.initiate(CallInitiate(targetUserID: try .named("alice"), type: .audio))
        #expect(try chat.standing(phone, command).callID == call)
        _ = try chat.say(phone, .disconnect)
        #expect(chat.wait(.seconds(31)).told(to: alice) == ["ended connection_lost 0"])
        let late = try chat.newcomer("bob")
        #expect(try chat.say(late, .connect).told(to: late) == ["ended connection_lost 0"])
    }

    @Test func `a call that the block has rejected stays rejected`() throws {
        let scene = try CallScene { $0.calls.isWaiting = true }
        let rejected = try scene.call()
        _ = try scene.chat.outcome(scene.phone, .block("alice"))
        _ = try scene.chat.outcome(scene.phone, .block("alice", on: false))
        let call = try scene.chat.call(scene.phone, "alice")
        #expect(call != rejected)
        // Both end with their conversation.
        let pair = try scene.chat.storage.read {
            try $0.directConversation(tenant: scene.alice.user.tenant, scene.alice.user.user, scene.phone.user.user)
        }
        let key = try #require(pair).key.conversation
        let ended = try scene.chat.say(.backend(), .removeConversation(key))
        #expect(ended.told(to: scene.alice).sorted() == ["ended failed 0", "ended failed 0"])
        #expect(try scene.chat.storage.read { try $0.liveCalls() }.isEmpty)
    }

    @Test func `an end of the callee ends it`() throws {
        let scene = try blocked()
        _ = try scene.call()
        #expect(scene.told(try scene.chat.say(.backend(), .removeUser(.named("bob"))))[0] == ["ended failed 0"])
        #expect(try scene.chat.storage.read { try $0.liveCalls() }.isEmpty)
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Calling, R41, R42, R44, R45") struct CallingTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private var alice: Actor { scene.alice }

    init() throws { scene = try CallScene() }

    @Test func `every device of the callee rings, and the caller is told behind its answer`() throws {
        let deliveries = try chat.process([chat.initiate(alice, "bob", .video)])
        #expect(scene.told(deliveries) == [["ringing"], ["incoming"], ["incoming"]])
        guard case .answer(alice.connection, _, .success(let time, .call(let standing))) = deliveries.first else {
            throw Unexpected(what: "no answer first")
        }
        #expect(time == chat.time && standing.state == .ringing && standing.iceServers == [])
        guard case .callIncoming(let incoming) = deliveries.directEvents(to: scene.phone).first else {
            throw Unexpected(what: "no ringing")
        }
        #expect(incoming.callID == standing.callID && incoming.callerID == alice.user.user)
        #expect(incoming.name == "Name of alice" && incoming.type == .video)
        #expect(incoming.expiresAt == chat.time + 45_000)
    }

    @Test func `nobody answers within 45 seconds, and both are told that it was missed`() throws {
        _ = try scene.call()
        #expect(scene.told(chat.wait(.milliseconds(44_999))) == [[], [], []])
        let end = chat.wait(.milliseconds(1))
        #expect(scene.told(end) == Array(repeating: ["ended missed 0"], count: 3))
        #expect(end.callMessages.map(\.senderID) == [alice.user.user])
        #expect(chat.wait(.seconds(100)).told(to: alice) == [])
    }

    @Test(arguments: [5, 180]) func `how long it rings is a setting`(seconds: Int) throws {
        let scene = try CallScene { $0.calls.ringTimeout = .seconds(seconds) }
        _ = try scene.call()
        #expect(scene.told(scene.chat.wait(.milliseconds(seconds * 1_000 - 1))) == [[], [], []])
        #expect(scene.chat.wait(.milliseconds(1)).told(to: scene.alice) == ["ended missed 0"])
    }

    @Test func `a device that comes while it rings rings behind its welcome`() throws {
        let carol = try chat.newcomer("carol")
        _ = try chat.say(carol, .connect)
        _ = try chat.say(carol, .disconnect)
        try chat.befriend(alice, "carol")
        let deliveries = try chat.process([chat.initiate(alice, "carol")])
        #expect(deliveries.told(to: alice) == [])
        _ = chat.wait(.seconds(5))
        let late = try chat.newcomer("carol")
        let welcome = try chat.say(late, .connect)
        guard case .opened(late.connection, _) = welcome.first else { throw Unexpected(what: "no welcome first") }
        #expect(welcome.told(to: late) == ["incoming"])
        #expect(welcome.told(to: alice) == ["ringing"])
        guard case .callIncoming(let incoming) = welcome.directEvents(to: late).first else {
            throw Unexpected(what: "no ringing")
        }
        #expect(incoming.expiresAt == chat.time + 40_000)
        // The caller has heard of the first one.
        let later = try chat.newcomer("carol")
        let second = try chat.say(later, .connect)
        #expect(second.told(to: later) == ["incoming"] && second.told(to: alice) == [])
    }

    @Test func `the call makes their direct conversation where there is none`() throws {
        let chat = Transcript { $0.creation = .none }
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        for actor in [alice, bob] { _ = try chat.outcome(actor, .join(.named("room"))) }
        let deliveries = try chat.process([chat.initiate(alice, "bob")])
        for actor in [alice, bob] {
            let made = deliveries.directEvents(to: actor).compactMap {
                if case .conversationUpdated(let summary) = $0 { summary.kind } else { nil }
            }
            #expect(made == [.direct])
        }
        #expect(deliveries.told(to: bob) == ["incoming"])
    }

    @Test func `who may not call is told why`() throws {
        let stranger = try chat.connect("stranger")
        func refused(_ request: CallInitiate) throws -> String { try chat.reason(stranger, .initiate(request)) }
        #expect(
            try refused(CallInitiate(targetUserID: .named("bob"), type: .audio)) == "FORBIDDEN no_shared_conversation"
        )
        #expect(try refused(CallInitiate(targetUserID: .named("nobody"), type: .audio)) == "NOT_FOUND user")
        #expect(try refused(CallInitiate(targetUserID: .named("stranger"), type: .audio)) == "INVALID_PAYLOAD self")
        #expect(try refused(CallInitiate(conversationID: .named("room"))) == "INVALID_PAYLOAD not_yet")
        let elsewhere = CallInitiate(targetUserID: try .named("bob"), conversationID: try .named("room"), type: .audio)
        #expect(try chat.reason(alice, .initiate(elsewhere)) == "NOT_FOUND conversation")
    }

    @Test func `a channel in common is no acquaintance`() throws {
        let zoe = try chat.connect("zoe")
        let channel = ConversationCreate(kind: .channel, memberIDs: [try .named("bob")])
        _ = try chat.outcome(zoe, .create(channel))
        let request = CallInitiate(targetUserID: try .named("bob"), type: .audio)
        #expect(try chat.reason(zoe, .initiate(request)) == "FORBIDDEN no_shared_conversation")
    }

    @Test func `where anyone may call anyone strangers may`() throws {
        let chat = Transcript { $0.calls.policy = .anyone }
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        #expect(try chat.process([chat.initiate(alice, "bob")]).told(to: bob) == ["incoming"])
    }

    @Test func `other tenants' users are unknown`() throws {
        _ = try chat.connect("zed", tenant: "other")
        let request = CallInitiate(targetUserID: try .named("zed"), type: .audio)
        #expect(try chat.reason(alice, .initiate(request)) == "NOT_FOUND user")
    }

    @Test(arguments: [false, true]) func `who is in a call already, ringing or talking, makes no second one`(
        talking: Bool
    ) throws {
        let first = talking ? try scene.talk() : try scene.call()
        _ = try chat.connect("carol")
        for actor in [alice, scene.phone] {
            try? chat.befriend(actor, "carol")
            let request = CallInitiate(targetUserID: try .named("carol"), type: .audio)
            let error = try chat.refusal(actor, .call(.initiate(request)))
            #expect(error.code == .alreadyExists && error.reason == "in_call")
            #expect(error.details.contains(.init("callId", .text(first.rawValue))))
        }
    }

    @Test(arguments: [false, true]) func `a callee in a call, ringing or talking, is busy`(talking: Bool) throws {
        _ = talking ? try scene.talk() : try scene.call()
        let carol = try chat.connect("carol")
        try chat.befriend(carol, "bob")
        let deliveries = try chat.process([chat.initiate(carol, "bob")])
        guard case .success(_, .call(let standing)) = deliveries.answers(to: carol).first else {
            throw Unexpected(what: "a refusal")
        }
        #expect(standing.state == .ended && standing.reason == .busy && standing.duration == 0)
        #expect(deliveries.told(to: carol) == ["ended busy 0"])
        #expect(deliveries.told(to: scene.phone) == [])
        #expect(deliveries.callMessages.count == 1)
        #expect(try chat.entries(carol, "bob").count == 1)
        // What was over from the start cannot be answered.
        #expect(try chat.reason(scene.tablet, .answer(.to(standing.callID))) == "NOT_FOUND call_ended")
        #expect(try chat.standing(carol, .end(.to(standing.callID))).isDuplicate)
    }

    @Test(arguments: [false, true]) func `two who call each other talk in the first call`(inOneBatch: Bool) throws {
        let requests = [try chat.initiate(alice, "bob", .video), try chat.initiate(scene.phone, "alice")]
        let deliveries = inOneBatch ? chat.process(requests) : requests.flatMap { chat.process([$0]) }
        let standings = [alice, scene.phone].flatMap { actor in
            deliveries.answers(to: actor).compactMap { answer -> CallStanding? in
                if case .success(_, .call(let standing)) = answer { standing } else { nil }
            }
        }
        #expect(standings.map(\.state) == [.ringing, .answered])
        #expect(standings.map(\.isGlare) == [false, true])
        #expect(Set(standings.map(\.callID)).count == 1)
        let device = scene.phone.session?.deviceID ?? ""
        #expect(
            scene.told(deliveries) == [
                ["ringing", "answered bob \(device)"], ["incoming", "answered bob \(device)"],
                ["incoming", "ended answered_elsewhere 0"],
            ]
        )
    }

    @Test func `the same frame again is answered as the first time and rings nobody`() throws {
        let request = CallInitiate(targetUserID: try .named("bob"), type: .audio)
        let first = try chat.standing(alice, .initiate(request), frame: "once")
        let deliveries = try chat.say(alice, .call(.initiate(request)), frame: "once")
        #expect(scene.told(deliveries) == [[], [], []])
        guard case .success(_, .call(let again)) = deliveries.answers(to: alice).first else {
            throw Unexpected(what: "a refusal")
        }
        #expect(again.callID == first.callID && again.isDuplicate && !first.isDuplicate)
        let other = CallInitiate(targetUserID: try .named("bob"), type: .video)
        #expect(try chat.refusal(alice, .call(.initiate(other)), frame: "once").reason == "id_reused")
    }

    @Test func `three calls at once, then one each ten seconds`() throws {
        let scene = try CallScene { $0.countsRates = true }
        for _ in 0..<3 { _ = try scene.chat.standing(scene.alice, .end(.to(scene.call()))) }
        let request = CallInitiate(targetUserID: try .named("bob"), type: .audio)
        let error = try scene.chat.refusal(scene.alice, .call(.initiate(request)))
        #expect(error.code == .rateLimited && error.retryAfter == 10_000)
        #expect(error.details.contains(.init("bucket", .text("call:initiate"))))
        _ = scene.chat.wait(.seconds(10))
        _ = try scene.call()
    }
}

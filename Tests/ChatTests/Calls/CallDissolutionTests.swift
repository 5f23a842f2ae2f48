import CAASProtocol
import Testing

@testable import Chat

@Suite("Calls whose conversation is deleted, R31, R39") struct CallDissolutionTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private let admin: Actor
    private let conversation: ConversationID

    init() throws {
        scene = try CallScene()
        let (alice, bob) = (scene.alice.user, try UserID.named("bob"))
        admin = try #require(Actor.key("k", tenant: alice.tenant, scopes: .admin, asUser: nil))
        conversation = try #require(
            try scene.chat.storage.read { try $0.directConversation(tenant: alice.tenant, alice.user, bob) }
        ).key.conversation
    }

    private func remove() throws -> [Delivery] { try chat.say(admin, .removeConversation(conversation)) }

    @Test func `a talk ends for both, with its entry, before they hear that the conversation is gone`() throws {
        let call = try scene.talk()
        _ = chat.wait(.seconds(3))
        let deliveries = try remove()
        #expect(scene.told(deliveries) == Array(repeating: ["ended connection_lost 3000"], count: 3))
        #expect(deliveries.callMessages.count == 1 && deliveries.answers(to: admin).count == 1)
        let telling = deliveries.lastIndex { if case .direct(_, _, .callEnded) = $0 { true } else { false } }
        let dissolving = deliveries.firstIndex {
            if case .direct(_, _, .conversationRemoved) = $0 { true } else { false }
        }
        let places = (try #require(telling), try #require(dissolving))
        #expect(places.0 < places.1)
        #expect(try chat.reason(scene.alice, .signal(.offer(call, "1"))) == "NOT_FOUND call_ended")
        #expect(scene.told(chat.wait(.seconds(60))) == [[], [], []])
        // Neither is in a call any more.
        try chat.befriend(scene.alice, "bob")
        _ = try scene.talk()
    }

    @Test func `a ringing has failed for both`() throws {
        let call = try scene.call()
        #expect(scene.told(try remove()) == Array(repeating: ["ended failed 0"], count: 3))
        #expect(try chat.reason(scene.phone, .answer(.to(call))) == "NOT_FOUND call_ended")
    }

    @Test(arguments: [false, true]) func `who is away is told on coming back`(isAnew: Bool) throws {
        _ = try scene.talk()
        _ = chat.wait(.seconds(2))
        for actor in [scene.phone, scene.tablet] { _ = try chat.say(actor, .disconnect) }
        _ = chat.wait(.seconds(5))
        #expect(try remove().told(to: scene.alice) == ["ended connection_lost 2000"])
        if isAnew { chat.restart() }
        let back = try chat.newcomer("bob", device: scene.phone.session?.deviceID)
        #expect(try chat.say(back, .connect).told(to: back) == ["ended connection_lost 2000"])
    }

    @Test func `a call that begins in the same batch ends with it too`() throws {
        let batch = [try chat.initiate(scene.alice, "bob"), try chat.request(admin, .removeConversation(conversation))]
        #expect(chat.process(batch).told(to: scene.alice).last == "ended failed 0")
        #expect(scene.told(chat.wait(.seconds(60))) == [[], [], []])
    }

    @Test func `other conversations go without an end, and a refused deletion brings none`() throws {
        let call = try scene.talk()
        let room = ConversationCreate(
            kind: .group,
            memberIDs: [try .named("bob")],
            conversationID: try .named("room")
        )
        _ = try chat.outcome(scene.alice, .create(room))
        let deliveries = try chat.say(scene.alice, .removeConversation(.named("room")))
        #expect(scene.told(deliveries) == [[], [], []])
        #expect(try chat.refusal(scene.alice, .removeConversation(conversation)).reason == "direct")
        #expect(try chat.standing(scene.alice, .end(.to(call))).reason == .hangup)
    }
}

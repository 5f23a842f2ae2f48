import CAASProtocol
import Testing

@testable import Chat

@Suite("Calls of users who are removed, R26, R39") struct CallRemovalTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private let admin: Actor

    init() throws {
        scene = try CallScene()
        let tenant = scene.alice.user.tenant
        admin = try #require(Actor.key("k", tenant: tenant, scopes: .admin, asUser: nil))
    }

    private func remove(_ user: String) throws -> [Delivery] { try chat.say(admin, .removeUser(.named(user))) }

    @Test(arguments: ["alice", "bob"]) func `a talk ends at once, before the connections close`(user: String) throws {
        let call = try scene.talk()
        _ = chat.wait(.seconds(3))
        let deliveries = try remove(user)
        let end = "ended connection_lost 3000"
        #expect(scene.told(deliveries) == [[end], [end], [end]])
        #expect(deliveries.callMessages.count == 1 && deliveries.answers(to: admin).count == 1)
        let closing = deliveries.firstIndex { if case .close = $0 { true } else { false } }
        let telling = deliveries.lastIndex { if case .direct(_, _, .callEnded) = $0 { true } else { false } }
        let places = (try #require(telling), try #require(closing))
        #expect(places.0 < places.1)
        let other = user == "alice" ? scene.phone : scene.alice
        #expect(try chat.reason(other, .signal(.offer(call, "1"))) == "NOT_FOUND call_ended")
        // Nobody waits for anything any more.
        #expect(scene.told(chat.wait(.seconds(60))) == [[], [], []])
    }

    @Test(arguments: [("alice", "ended cancelled 0"), ("bob", "ended failed 0")])
    func `a ringing ends at once`(user: String, end: String) throws {
        _ = try scene.call()
        let deliveries = try remove(user)
        #expect(scene.told(deliveries) == [[end], [end], [end]])
        #expect(deliveries.callMessages.count == 1)
    }

    @Test func `a talk lasted until the loss that came before`() throws {
        _ = try scene.talk()
        _ = chat.wait(.seconds(2))
        _ = try chat.say(scene.phone, .disconnect)
        _ = chat.wait(.seconds(5))
        #expect(try remove("bob").told(to: scene.alice) == ["ended connection_lost 2000"])
    }

    @Test func `whoever takes the name later is told nothing of the call`() throws {
        _ = try scene.talk()
        for actor in [scene.phone, scene.tablet] { _ = try chat.say(actor, .disconnect) }
        _ = try remove("bob")
        chat.restart()
        let bob = try chat.newcomer("bob")
        #expect(try chat.say(bob, .connect).told(to: bob) == [])
    }

    @Test(arguments: [true, false], [true, false])
    func `nor of calls that ended before, whether the user was told or away`(isAway: Bool, isAnew: Bool) throws {
        let call = try scene.talk()
        if isAway { for actor in [scene.phone, scene.tablet] { _ = try chat.say(actor, .disconnect) } }
        _ = try chat.standing(scene.alice, .end(.to(call)))
        _ = try remove("bob")
        if isAnew { chat.restart() }
        let bob = try chat.newcomer("bob")
        #expect(try chat.say(bob, .connect).told(to: bob) == [])
    }

    @Test(arguments: [true, false]) func `nor of one that ends in the batch of the removal`(isAnew: Bool) throws {
        let call = try scene.talk()
        for actor in [scene.phone, scene.tablet] { _ = try chat.say(actor, .disconnect) }
        _ = chat.process([
            try chat.request(scene.alice, .call(.end(.to(call)))),
            try chat.request(admin, .removeUser(.named("bob"))),
        ])
        if isAnew { chat.restart() }
        let bob = try chat.newcomer("bob")
        #expect(try chat.say(bob, .connect).told(to: bob) == [])
    }

    @Test(arguments: [true, false])
    func `the other side is told on coming back, also where a removal is refused`(isAnew: Bool) throws {
        _ = try scene.talk()
        for actor in [scene.alice, scene.phone, scene.tablet] { _ = try chat.say(actor, .disconnect) }
        _ = chat.wait(.seconds(30))
        _ = try remove("bob")
        #expect(try chat.refusal(scene.alice, .removeUser(.named("alice"))).reason == "scope")
        if isAnew { chat.restart() }
        let back = try chat.newcomer("alice")
        #expect(try chat.say(back, .connect).told(to: back) == ["ended connection_lost 0"])
    }

    @Test func `each step of a long removal ends the call of its user, and a refused one ends none`() throws {
        let call = try scene.talk()
        #expect(try chat.refusal(scene.tablet, .removeUser(.named("alice"))).reason == "scope")
        #expect(try chat.standing(scene.alice, .end(.to(call))).reason == .hangup)
        for number in 0..<UserRules.membershipsAtOnce + 2 {
            let room = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("room\(number)"))
            _ = try chat.outcome(scene.phone, .create(room))
        }
        guard case .again(let rest) = try remove("bob").last(where: { if case .again = $0 { true } else { false } })
        else { throw Unexpected(what: "no second step") }
        _ = try chat.call(scene.phone, "alice")
        #expect(chat.process([rest]).told(to: scene.alice) == ["ended cancelled 0"])
    }
}

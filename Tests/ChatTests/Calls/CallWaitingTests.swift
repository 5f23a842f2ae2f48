import CAASProtocol
import Testing

@testable import Chat

@Suite("A call that waits for another one, R44") struct CallWaitingTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private let carol: Actor
    private let dave: Actor

    init() throws {
        scene = try CallScene { $0.calls.isWaiting = true }
        carol = try scene.chat.connect("carol")
        dave = try scene.chat.connect("dave")
        for caller in [carol, dave] {
            for callee in ["alice", "bob"] { try scene.chat.befriend(caller, callee) }
        }
    }

    private func call(of actor: Actor, to callee: String) throws -> CallID { try chat.call(actor, callee) }

    /// What all five are told, in the order of alice, phone, tablet, carol, dave.
    private func told(_ deliveries: [Delivery]) -> [[String]] {
        scene.told(deliveries) + [carol, dave].map { deliveries.told(to: $0) }
    }

    private func back(_ actor: Actor) throws -> (actor: Actor, told: [String]) {
        let newcomer = try chat.newcomer(actor.user.user.rawValue, device: actor.session?.deviceID)
        return (newcomer, try chat.say(newcomer, .connect).told(to: newcomer))
    }

    @Test(arguments: [false, true]) func `a callee in a call, ringing or talking, rings on all devices`(
        talking: Bool
    ) throws {
        let first = talking ? try scene.talk() : try scene.call()
        let deliveries = try chat.process([chat.initiate(carol, "bob", .video)])
        #expect(told(deliveries) == [[], ["incoming"], ["incoming"], ["ringing"], []])
        guard case .success(_, .call(let standing)) = deliveries.answers(to: carol).first else {
            throw Unexpected(what: "a refusal")
        }
        #expect(standing.state == .ringing && standing.callID != first)
        // A device that comes late rings for what rings.
        let late = try chat.newcomer("bob")
        #expect(try chat.say(late, .connect).told(to: late) == Array(repeating: "incoming", count: talking ? 1 : 2))
    }

    @Test func `a caller who is in a call is rung too`() throws {
        _ = try scene.call()
        #expect(told(try chat.process([chat.initiate(carol, "alice")])) == [["incoming"], [], [], ["ringing"], []])
    }

    @Test(arguments: [false, true]) func `a third one is busy, until one of the two is over`(inOneBatch: Bool) throws {
        _ = try scene.talk()
        let requests = [try chat.initiate(carol, "bob"), try chat.initiate(dave, "bob")]
        let deliveries = inOneBatch ? chat.process(requests) : requests.flatMap { chat.process([$0]) }
        #expect(told(deliveries) == [[], ["incoming"], ["incoming"], ["ringing"], ["ended busy 0"]])
        #expect(try chat.entries(dave, "bob").count == 1)
        _ = try chat.say(carol, .goodbye)
        _ = try call(of: dave, to: "bob")
    }

    @Test(arguments: [false, true]) func `answering it leaves the first one as it is`(onTheSameDevice: Bool) throws {
        let first = try scene.talk()
        let second = try call(of: carol, to: "bob")
        let device = onTheSameDevice ? scene.phone : scene.tablet
        let answered = "answered bob \(device.session?.deviceID ?? "")"
        let other = ["ended answered_elsewhere 0"]
        #expect(
            told(try chat.say(device, .call(.answer(.to(second)))))
                == [[], onTheSameDevice ? [answered] : other, onTheSameDevice ? other : [answered], [answered], []]
        )
        _ = chat.wait(.seconds(7))
        // Both go on: signals reach the connections in them, whichever call they are about.
        #expect(
            try chat.say(scene.alice, .call(.signal(.offer(first, "1")))).told(to: scene.phone) == ["signal alice 1"]
        )
        #expect(try chat.say(carol, .call(.signal(.offer(second, "2")))).told(to: device) == ["signal carol 2"])
        #expect(try chat.say(scene.phone, .call(.end(.to(first)))).told(to: scene.alice) == ["ended hangup 7000"])
        #expect(try chat.say(carol, .call(.signal(.offer(second, "3")))).told(to: device) == ["signal carol 3"])
        #expect(try chat.say(carol, .call(.end(.to(second)))).told(to: device) == ["ended hangup 7000"])
        #expect(try chat.entries(scene.alice, "bob").count == 1)
        #expect(try chat.entries(carol, "bob").count == 1)
    }

    @Test(arguments: ["reject", "cancel", "time"]) func `what becomes of it is nothing to the first one`(
        end: String
    ) throws {
        let first = try scene.talk()
        let second = try call(of: carol, to: "bob")
        let (deliveries, reason) =
            switch end {
            case "reject": (try chat.say(scene.tablet, .call(.reject(.to(second)))), "rejected")
            case "cancel": (try chat.say(carol, .call(.end(.to(second)))), "cancelled")
            default: (chat.wait(.seconds(45)), "missed")
            }
        let words = ["ended \(reason) 0"]
        #expect(told(deliveries) == [[], words, words, words, []])
        #expect(try chat.say(scene.phone, .call(.signal(.offer(first, "1")))).told(to: scene.alice) == ["signal bob 1"])
        #expect(try chat.standing(scene.alice, .end(.to(first))).reason == .hangup)
    }

    @Test func `who is in two calls makes no third, and is told of the one that was answered`() throws {
        // The older one rings, the younger one was answered.
        _ = try call(of: carol, to: "bob")
        let answered = try call(of: dave, to: "bob")
        _ = try chat.standing(scene.phone, .answer(.to(answered)))
        let request = CallInitiate(targetUserID: scene.alice.user.user, type: .audio)
        let error = try chat.refusal(scene.phone, .call(.initiate(request)))
        #expect(error.code == .alreadyExists && error.reason == "in_call")
        #expect(error.details.contains(.init("callId", .text(answered.rawValue))))
    }

    @Test(arguments: [false, true]) func `who calls the one that waits answers it`(isOlder: Bool) throws {
        // Of the two calls that Bob is in the one that rings is older or younger.
        let waiting = isOlder ? try call(of: carol, to: "bob") : nil
        let first = try scene.talk()
        let second = try waiting ?? call(of: carol, to: "bob")
        let deliveries = try chat.process([chat.initiate(scene.phone, "carol", .video)])
        guard case .success(_, .call(let standing)) = deliveries.answers(to: scene.phone).first else {
            throw Unexpected(what: "a refusal")
        }
        #expect(standing.callID == second && standing.isGlare && standing.state == .answered)
        // Whoever it talks with already it cannot call.
        let again = CallInitiate(targetUserID: scene.alice.user.user, type: .audio)
        #expect(try chat.reason(scene.phone, .initiate(again)) == "ALREADY_EXISTS in_call")
        #expect(try chat.standing(scene.phone, .end(.to(first))).reason == .hangup)
    }

    @Test func `who says goodbye ends both, who is lost has the time of both`() throws {
        for isClean in [true, false] {
            let scene = try CallWaitingTests()
            let first = try scene.scene.talk()
            let second = try scene.call(of: scene.carol, to: "bob")
            _ = try scene.chat.standing(scene.scene.phone, .answer(.to(second)))
            _ = scene.chat.wait(.seconds(2))
            let gone = try scene.chat.say(scene.scene.phone, isClean ? .goodbye : .disconnect)
            let words = isClean ? ["ended hangup 2000"] : ["reconnecting"]
            #expect(gone.told(to: scene.scene.alice) == words && gone.told(to: scene.carol) == words)
            guard !isClean else { continue }
            let back = try scene.back(scene.scene.phone)
            #expect(back.told == ["answered", "answered"])
            for (other, call) in [(scene.scene.alice, first), (scene.carol, second)] {
                _ = try scene.chat.outcome(other, .call(.signal(.offer(call, "1"))))
            }
            _ = try scene.chat.say(back.actor, .disconnect)
            let end = scene.chat.wait(.seconds(30))
            #expect(end.told(to: scene.scene.alice) == ["ended connection_lost 2000"])
            #expect(end.told(to: scene.carol) == ["ended connection_lost 2000"])
        }
    }

    @Test func `another connection of the device takes over both`() throws {
        let first = try scene.talk()
        let second = try call(of: carol, to: "bob")
        _ = try chat.standing(scene.phone, .answer(.to(second)))
        let next = try back(scene.phone).actor
        #expect(told(try chat.say(scene.phone, .disconnect)) == [[], [], [], [], []])
        #expect(try chat.say(scene.alice, .call(.signal(.offer(first, "1")))).told(to: next) == ["signal alice 1"])
        #expect(try chat.say(carol, .call(.signal(.offer(second, "2")))).told(to: next) == ["signal carol 2"])
    }

    @Test func `a user who is removed is out of both`() throws {
        let admin = try #require(Actor.key("k", tenant: carol.user.tenant, scopes: .admin, asUser: nil))
        _ = try scene.talk()
        _ = try call(of: carol, to: "bob")
        _ = chat.wait(.seconds(3))
        let deliveries = try chat.say(admin, .removeUser(.named("bob")))
        #expect(deliveries.told(to: scene.alice) == ["ended connection_lost 3000"])
        #expect(deliveries.told(to: carol) == ["ended failed 0"])
        #expect(deliveries.callMessages.count == 2)
        _ = try call(of: carol, to: "alice")
    }

    @Test func `media of both calls need no further right`() throws {
        let chat = Transcript { $0.calls.isWaiting = true }
        let (alice, carol) = (try chat.connect("alice"), try chat.connect("carol"))
        let bob = try chat.connect("bob", scopes: [.chatRead, .chatWrite, .call])
        for caller in [alice, carol] { try chat.befriend(caller, "bob") }
        let calls = [try chat.call(alice, "bob"), try chat.call(carol, "bob")]
        func isRefused(_ other: Actor) throws -> Bool {
            let conversation = try chat.storage.read {
                try $0.directConversation(tenant: bob.user.tenant, other.user.user, bob.user.user)
            }
            let key = try #require(conversation).key.conversation
            let packet = MediaRelay(kind: .audio, sequence: 7, bytes: [1])
            guard case .failure(let error) = try chat.say(bob, .relay(packet, key)).answers(to: bob).first else {
                return false
            }
            return error.reason == "scope"
        }
        #expect(try isRefused(alice) && isRefused(carol))
        _ = try chat.standing(bob, .answer(.to(calls[0])))
        #expect(try !isRefused(alice) && isRefused(carol))
        _ = try chat.standing(bob, .answer(.to(calls[1])))
        #expect(try !isRefused(alice) && !isRefused(carol))
        _ = try chat.standing(bob, .end(.to(calls[0])))
        #expect(try isRefused(alice) && !isRefused(carol))
    }

    @Test func `after a restart both are there again, and the third is busy as before`() throws {
        let first = try scene.talk()
        let second = try call(of: carol, to: "bob")
        chat.restart()
        let phone = try back(scene.phone)
        #expect(phone.told == ["reconnecting", "incoming"])
        let others = [try back(scene.alice), try back(carol)]
        #expect(others.map(\.told) == [["answered"], ["ringing"]])
        let dave = try back(dave).actor
        #expect(try chat.process([chat.initiate(dave, "bob")]).told(to: dave) == ["ended busy 0"])
        #expect(try chat.standing(phone.actor, .answer(.to(second))).state == .answered)
        for call in [first, second] {
            #expect(try chat.standing(phone.actor, .end(.to(call))).reason == .hangup)
        }
        _ = try call(of: dave, to: "bob")
    }
}

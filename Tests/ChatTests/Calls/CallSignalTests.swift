import CAASProtocol
import Testing

@testable import Chat

@Suite("Signalling and media servers, R46, R47") struct CallSignalTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private var alice: Actor { scene.alice }
    private var phone: Actor { scene.phone }

    init() throws { scene = try CallScene() }

    @Test func `signals reach the other side's connection in the call, in order`() throws {
        let call = try scene.talk()
        let requests = try (1...5).map { try chat.request(alice, .call(.signal(.offer(call, "\($0)")))) }
        let deliveries = chat.process(requests)
        #expect(scene.told(deliveries) == [[], (1...5).map { "signal alice \($0)" }, []])
        #expect(
            try chat.say(phone, .call(.signal(.offer(call, #"{"a":1}"#)))).told(to: alice) == [#"signal bob {"a":1}"#]
        )
    }

    @Test func `only the two in the call signal, and only while they talk`() throws {
        let call = try scene.call()
        #expect(try chat.reason(alice, .signal(.offer(call, "1"))) == "FORBIDDEN not_answered")
        _ = try chat.standing(phone, .answer(.to(call)))
        let eve = try chat.connect("eve")
        #expect(try chat.reason(eve, .signal(.offer(call, "1"))) == "FORBIDDEN not_participant")
        #expect(try chat.reason(scene.tablet, .signal(.offer(call, "1"))) == "FORBIDDEN other_device")
        let toEve = try chat.reason(alice, .signal(.offer(call, "1", to: .named("eve"))))
        #expect(toEve == "FORBIDDEN not_participant")
        let toBob = try chat.say(alice, .call(.signal(.offer(call, "1", to: .named("bob")))))
        #expect(toBob.told(to: phone) == ["signal alice 1"])
        _ = try chat.standing(alice, .end(.to(call)))
        #expect(try chat.reason(alice, .signal(.offer(call, "1"))) == "NOT_FOUND call_ended")
        #expect(try chat.reason(alice, .ice(.to(call))) == "NOT_FOUND call_ended")
    }

    @Test func `a signal sent again is answered and not told again`() throws {
        let call = try scene.talk()
        let first = try chat.say(alice, .call(.signal(.offer(call, "[1]"))), frame: "same")
        #expect(first.told(to: phone) == ["signal alice [1]"])
        let again = try chat.say(alice, .call(.signal(.offer(call, "[ 1.0 ]"))), frame: "same")
        #expect(again.told(to: phone) == [])
        let repeated = Acknowledgement.success(timestamp: chat.time, .changed(offset: nil, duplicate: true))
        #expect(again.answers(to: alice) == [repeated])
    }

    @Test func `another signal with the same id is refused and not told`() throws {
        let call = try scene.talk()
        _ = try chat.outcome(alice, .call(.signal(.offer(call, "1"))), frame: "same")
        let other = try chat.refusal(alice, .call(.signal(.offer(call, "2"))), frame: "same")
        #expect((other.code, other.field, other.reason) == (.alreadyExists, "id", "id_reused"))
        #expect(try chat.say(alice, .call(.signal(.offer(call, "2")))).told(to: phone) == ["signal alice 2"])
    }

    @Test func `a signal waits for 30 seconds, however long the call does`() throws {
        let scene = try CallScene { $0.calls.grace = .seconds(120) }
        let call = try scene.talk()
        _ = try scene.chat.say(scene.phone, .disconnect)
        _ = try scene.chat.outcome(scene.alice, .call(.signal(.offer(call, "old"))))
        _ = scene.chat.wait(.seconds(10))
        _ = try scene.chat.outcome(scene.alice, .call(.signal(.offer(call, "new"))))
        _ = scene.chat.wait(.seconds(21))
        let back = try scene.chat.newcomer("bob", device: scene.phone.session?.deviceID)
        #expect(try scene.chat.say(back, .connect).told(to: back) == ["answered", "signal alice new"])
    }

    @Test func `64 signals wait for somebody who is away`() throws {
        let call = try scene.talk()
        _ = try chat.say(phone, .disconnect)
        for number in 1...64 { _ = try chat.outcome(alice, .call(.signal(.offer(call, "\(number)")))) }
        #expect(try chat.reason(alice, .signal(.offer(call, "65"))) == "UNAVAILABLE peer_away")
        let back = try chat.newcomer("bob", device: phone.session?.deviceID)
        let welcome = try chat.say(back, .connect)
        #expect(welcome.told(to: back) == ["answered"] + (1...64).map { "signal alice \($0)" })
        #expect(try chat.say(alice, .call(.signal(.offer(call, "65")))).told(to: back) == ["signal alice 65"])
    }

    @Test func `another connection of the same device that signals is the one in the call`() throws {
        let call = try scene.talk()
        let moved = try chat.connect("bob", device: phone.session?.deviceID)
        let deliveries = try chat.say(moved, .call(.signal(.offer(call, "1"))))
        #expect(deliveries.told(to: alice) == ["signal bob 1"] && deliveries.told(to: moved) == ["answered"])
        #expect(try chat.say(alice, .call(.signal(.offer(call, "2")))).told(to: moved) == ["signal alice 2"])
        let later = chat.wait(.seconds(1))
        #expect([alice, phone, moved].allSatisfy { later.told(to: $0).isEmpty })
        #expect(try chat.say(phone, .disconnect).told(to: alice) == [])
    }

    @Test func `a connection of the same device that sends a signal again is the one in the call`() throws {
        let call = try scene.talk()
        _ = try chat.say(phone, .call(.signal(.offer(call, "1"))), frame: "same")
        let moved = try chat.connect("bob", device: phone.session?.deviceID)
        let again = try chat.say(moved, .call(.signal(.offer(call, "1"))), frame: "same")
        #expect(again.told(to: alice) == [] && again.told(to: moved) == ["answered"])
        #expect(again.answers(to: moved).count == 1)
        #expect(scene.told(try chat.say(phone, .disconnect)) == [[], [], []])
        #expect(try chat.say(alice, .call(.signal(.offer(call, "2")))).told(to: moved) == ["signal alice 2"])
    }

    @Test func `a signal sent again by who was away brings what was held`() throws {
        let call = try scene.talk()
        _ = try chat.say(phone, .call(.signal(.offer(call, "1"))), frame: "same")
        let moved = try chat.newcomer("bob", device: phone.session?.deviceID)
        let batch = [
            try chat.request(moved, .connect), try chat.request(phone, .disconnect),
            try chat.request(alice, .call(.signal(.offer(call, "2")))),
            try chat.request(moved, .call(.signal(.offer(call, "1"))), frame: "same"),
        ]
        #expect(chat.process(batch).told(to: moved) == ["answered", "signal alice 2"])
        #expect(chat.wait(.seconds(60)).told(to: alice) == [])
    }

    @Test func `only devices in the call renew their credentials, which while it rings are all of the callee`() throws {
        let laptop = try chat.connect("alice")
        let call = try scene.call()
        #expect(try chat.reason(laptop, .ice(.to(call))) == "FORBIDDEN other_device")
        for actor in [alice, phone, scene.tablet] { _ = try chat.outcome(actor, .call(.ice(.to(call)))) }
        _ = try chat.standing(phone, .answer(.to(call)))
        #expect(try chat.reason(scene.tablet, .ice(.to(call))) == "FORBIDDEN other_device")
        let again = try chat.connect("bob", device: phone.session?.deviceID)
        for actor in [alice, phone, again] { _ = try chat.outcome(actor, .call(.ice(.to(call)))) }
    }

    @Test func `a hundred signals at once, then fifty a second`() throws {
        let scene = try CallScene { $0.countsRates = true }
        let call = try scene.talk()
        for number in 1...100 { _ = try scene.chat.outcome(scene.alice, .call(.signal(.offer(call, "\(number)")))) }
        let error = try scene.chat.refusal(scene.alice, .call(.signal(.offer(call, "101"))))
        #expect(error.code == .rateLimited && error.details.contains(.init("bucket", .text("call:signal"))))
        _ = scene.chat.wait(.milliseconds(20))
        _ = try scene.chat.outcome(scene.alice, .call(.signal(.offer(call, "101"))))
    }

    @Test func `each side gets its own credentials, and renews them`() throws {
        let scene = try CallScene {
            $0.calls.turn.urls = ["stun:stun.example:3478", "turn:turn.example:3478", "turns:turn.example:5349"]
            $0.calls.turn.secret = Array("north".utf8)
            $0.calls.turn.lifetime = .seconds(600)
        }
        let chat = scene.chat
        let deliveries = try chat.process([chat.initiate(scene.alice, "bob")])
        guard case .callIncoming(let incoming) = deliveries.directEvents(to: scene.phone).first,
            case .success(_, .call(let standing)) = deliveries.answers(to: scene.alice).first
        else { throw Unexpected(what: "no ringing") }
        let servers = try #require(standing.iceServers)
        #expect(
            servers.map(\.urls) == [["stun:stun.example:3478"], ["turn:turn.example:3478", "turns:turn.example:5349"]]
        )
        #expect(servers.map(\.username) == [nil, "1700000600:acme:alice"])
        #expect(incoming.iceServers.last?.username == "1700000600:acme:bob")
        // printf %s 1700000600:acme:alice | openssl dgst -sha1 -hmac north -binary | base64
        #expect(servers.last?.credential == "oT/FUvZALbN3wfHdXunDcX06ifg=")
        _ = chat.wait(.seconds(30))
        guard case .iceServers(let renewed) = try chat.outcome(scene.alice, .call(.ice(.to(standing.callID)))) else {
            throw Unexpected(what: "another answer")
        }
        #expect(renewed.last?.username == "1700000630:acme:alice")
    }
}

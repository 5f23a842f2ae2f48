import CAASProtocol
import Testing

@testable import Chat

@Suite("Calls and connections that are lost, R48") struct CallLossTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private var alice: Actor { scene.alice }
    private var phone: Actor { scene.phone }
    private var tablet: Actor { scene.tablet }

    init() throws { scene = try CallScene() }

    /// Another connection of the same device.
    private func again(_ actor: Actor) throws -> Actor {
        try chat.newcomer(actor.user.user.rawValue, device: actor.session?.deviceID)
    }

    @Test func `a talker who is lost has 30 seconds, and the call lasted until the loss`() throws {
        _ = try scene.talk()
        _ = chat.wait(.seconds(60))
        #expect(scene.told(try chat.say(phone, .disconnect)) == [["reconnecting"], [], []])
        #expect(chat.wait(.milliseconds(29_999)).told(to: alice) == [])
        let end = chat.wait(.milliseconds(1))
        #expect(end.told(to: alice) == ["ended connection_lost 60000"])
        #expect(end.told(to: tablet) == ["ended connection_lost 60000"])
        #expect(end.callMessages.count == 1)
    }

    @Test func `how long is waited is a setting`() throws {
        for isTalking in [true, false] {
            let scene = try CallScene {
                $0.calls.grace = .seconds(2)
                $0.calls.callerGrace = .seconds(1)
            }
            _ = try isTalking ? scene.talk() : scene.call()
            _ = try scene.chat.say(scene.alice, .disconnect)
            let grace: Duration = .seconds(isTalking ? 2 : 1)
            #expect(scene.chat.wait(grace - .milliseconds(1)).told(to: scene.phone) == [])
            #expect(scene.chat.wait(.milliseconds(1)).told(to: scene.phone).count == 1)
        }
    }

    @Test func `a talker who comes back with the same device goes on`() throws {
        let call = try scene.talk()
        _ = try chat.say(phone, .disconnect)
        _ = chat.wait(.seconds(29))
        // Another device is not the one that talks.
        #expect(try chat.say(chat.newcomer("bob"), .connect).told(to: alice) == [])
        let back = try again(phone)
        let welcome = try chat.say(back, .connect)
        #expect(welcome.told(to: alice) == ["answered"])
        #expect(welcome.told(to: back) == ["answered"])
        _ = chat.wait(.seconds(60))
        _ = try chat.say(back, .call(.signal(.offer(call, "1"))))
        #expect(try chat.say(alice, .call(.end(.to(call)))).told(to: back) == ["ended hangup 89000"])
    }

    @Test func `where both are lost the first loss ends the talking`() throws {
        let call = try scene.talk()
        _ = chat.wait(.seconds(10))
        _ = try chat.say(phone, .disconnect)
        _ = chat.wait(.seconds(20))
        _ = try chat.say(alice, .disconnect)
        let back = try again(alice)
        #expect(try chat.say(back, .connect).told(to: back) == ["reconnecting"])
        #expect(chat.wait(.seconds(10)).told(to: back) == ["ended connection_lost 10000"])
        #expect(try chat.standing(back, .end(.to(call))).reason == .connectionLost)
    }

    @Test func `a caller who is lost while it rings has ten seconds`() throws {
        _ = try scene.call()
        #expect(scene.told(try chat.say(alice, .disconnect)) == [[], [], []])
        #expect(chat.wait(.milliseconds(9_999)).told(to: phone) == [])
        #expect(chat.wait(.milliseconds(1)).told(to: phone) == ["ended cancelled 0"])
    }

    @Test func `a caller who comes back hears how it stands, and it rings on`() throws {
        let call = try scene.call()
        _ = try chat.say(alice, .disconnect)
        let back = try again(alice)
        #expect(try chat.say(back, .connect).told(to: back) == ["ringing"])
        _ = chat.wait(.seconds(30))
        let answered = try chat.say(phone, .call(.answer(.to(call))))
        #expect(answered.told(to: back) == ["answered bob \(phone.session?.deviceID ?? "")"])
    }

    @Test func `an answer for a caller who is away gives it the time of a talker`() throws {
        let call = try scene.call()
        _ = try chat.say(alice, .disconnect)
        _ = chat.wait(.seconds(9))
        let answered = try chat.say(phone, .call(.answer(.to(call))))
        #expect(answered.told(to: phone).last == "reconnecting")
        #expect(chat.wait(.seconds(29)).told(to: phone) == [])
        #expect(chat.wait(.seconds(1)).told(to: phone) == ["ended connection_lost 0"])
    }

    @Test func `a callee who is lost while it rings changes nothing`() throws {
        let call = try scene.call()
        for actor in [phone, tablet] { #expect(scene.told(try chat.say(actor, .disconnect)) == [[], [], []]) }
        let back = try again(phone)
        #expect(try chat.say(back, .connect).told(to: back) == ["incoming"])
        #expect(try chat.standing(back, .answer(.to(call))).state == .answered)
    }

    @Test func `who says goodbye ends the call, or cancels it, at once`() throws {
        _ = try scene.talk()
        _ = chat.wait(.seconds(2))
        let hungUp = try chat.say(phone, .goodbye)
        #expect(scene.told(hungUp) == [["ended hangup 2000"], [], ["ended hangup 2000"]])
        #expect(hungUp.answers(to: phone).isEmpty && hungUp.callMessages.count == 1)
        _ = try scene.call()
        #expect(scene.told(try chat.say(alice, .goodbye)) == [[], [], ["ended cancelled 0"]])
    }

    @Test func `a name of other bytes is another device's, however it looks`() throws {
        let carol = try chat.connect("carol", device: "caf\u{E9}")
        try chat.befriend(carol, "alice")
        let call = try chat.call(carol, "alice")
        _ = try chat.standing(alice, .answer(.to(call)))
        _ = try chat.say(carol, .disconnect)
        let other = try chat.newcomer("carol", device: "cafe\u{301}")
        #expect(try chat.say(other, .connect).told(to: alice) == [])
        #expect(try chat.reason(other, .ice(.to(call))) == "FORBIDDEN other_device")
        let back = try chat.newcomer("carol", device: "caf\u{E9}")
        #expect(try chat.say(back, .connect).told(to: alice) == ["answered"])
    }

    @Test func `the goodbye of a device that is not in the call changes nothing`() throws {
        let call = try scene.talk()
        #expect(scene.told(try chat.say(tablet, .goodbye)) == [[], [], []])
        #expect(try chat.standing(alice, .end(.to(call))).reason == .hangup)
    }

    @Test func `a connection of the same device that is there already takes over`() throws {
        let call = try scene.talk()
        let second = try again(phone)
        #expect(try chat.say(second, .connect).told(to: alice) == [])
        let gone = try chat.say(phone, .disconnect)
        #expect(scene.told(gone) == [[], [], []] && gone.told(to: second) == ["answered"])
        #expect(try chat.say(alice, .call(.signal(.offer(call, "1")))).told(to: second) == ["signal alice 1"])
    }

    @Test(arguments: [true, false]) func `a change of connection in one batch loses nothing`(goesFirst: Bool) throws {
        let call = try scene.talk()
        let second = try again(phone)
        let change = [try chat.request(phone, .disconnect), try chat.request(second, .connect)]
        _ = chat.process(goesFirst ? change : change.reversed())
        #expect(try chat.say(alice, .call(.signal(.offer(call, "1")))).told(to: second) == ["signal alice 1"])
        #expect(chat.wait(.seconds(60)).told(to: alice) == [])
    }

    @Test func `who comes back while the other side is lost is welcomed before it hears of that`() throws {
        _ = try scene.talk()
        _ = try chat.say(phone, .disconnect)
        let back = try again(phone)
        let batch = chat.process([try chat.request(alice, .disconnect), try chat.request(back, .connect)])
        #expect(batch.told(to: back) == ["reconnecting"])
        let welcome = batch.firstIndex { if case .opened(back.connection, _) = $0 { true } else { false } }
        let news = batch.firstIndex { if case .direct([back.connection], _, _) = $0 { true } else { false } }
        #expect(try #require(welcome) < #require(news))
    }

    @Test(arguments: [true, false]) func `what goes again in the batch in which it took over is lost too`(
        isClean: Bool
    ) throws {
        _ = try scene.talk()
        let second = try again(phone)
        let changes: [(Actor, ChatRequest.Command)] = [
            (second, .connect), (phone, .disconnect), (second, isClean ? .goodbye : .disconnect),
        ]
        let deliveries = chat.process(try changes.map { try chat.request($0.0, $0.1) })
        #expect(deliveries.told(to: alice) == [isClean ? "ended hangup 0" : "reconnecting"])
    }

    @Test func `what has gone in the batch takes nothing over`() throws {
        _ = try scene.talk()
        let second = try again(phone)
        let changes: [(Actor, ChatRequest.Command)] = [
            (second, .connect), (second, .disconnect), (phone, .disconnect),
        ]
        let deliveries = chat.process(try changes.map { try chat.request($0.0, $0.1) })
        #expect(deliveries.told(to: alice) == ["reconnecting"])
    }

    @Test func `who was away when the call ended is told on coming back, once`() throws {
        _ = try scene.talk()
        for actor in [phone, tablet] { _ = try chat.say(actor, .disconnect) }
        _ = chat.wait(.seconds(30))
        let back = try again(phone)
        #expect(try chat.say(back, .connect).told(to: back) == ["ended connection_lost 0"])
        let tablet = try chat.newcomer("bob")
        #expect(try chat.say(tablet, .connect).told(to: tablet) == [])
    }

    @Test func `who never heard of a call is not told of its end`() throws {
        for actor in [phone, tablet] { _ = try chat.say(actor, .disconnect) }
        _ = try scene.call()
        #expect(chat.wait(.seconds(45)).told(to: alice) == ["ended missed 0"])
        let back = try again(phone)
        #expect(try chat.say(back, .connect).told(to: back) == [])
    }
}

extension CallSignal {
    static func offer(_ call: CallID, _ payload: String, to: UserID? = nil) -> CallSignal {
        CallSignal(callID: call, to: to, kind: .offer, payload: JSONFragment(checked: Array(payload.utf8)))
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Goodbyes of connections whose device has come back already, R48") struct CallLateGoodbyeTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private var alice: Actor { scene.alice }
    private var phone: Actor { scene.phone }

    init() throws { scene = try CallScene() }

    private func again(_ actor: Actor, scopes: Scopes = .standard) throws -> Actor {
        try chat.newcomer(actor.user.user.rawValue, scopes: scopes, device: actor.session?.deviceID)
    }

    /// Alice's signals reach this connection, and what it says ends the call.
    private func goesOn(_ call: CallID, on connection: Actor) throws {
        #expect(try chat.say(alice, .call(.signal(.offer(call, "1")))).told(to: connection) == ["signal alice 1"])
        #expect(chat.wait(.seconds(60)).told(to: alice) == [])
        #expect(try chat.say(connection, .goodbye).told(to: alice) == ["ended hangup 60000"])
    }

    @Test func `one whose side is on another connection by then ends nothing`() throws {
        let call = try scene.talk()
        let second = try again(phone)
        _ = try chat.say(second, .connect)
        #expect(try chat.say(second, .call(.signal(.offer(call, "2")))).told(to: alice) == ["signal bob 2"])
        #expect(scene.told(try chat.say(phone, .goodbye)) == [[], [], []])
        try goesOn(call, on: second)
    }

    @Test(arguments: [false, true]) func `one whose device has opened another connection since hands the call on`(
        inOneBatch: Bool
    ) throws {
        let call = try scene.talk()
        let second = try again(phone)
        let requests = [try chat.request(second, .connect), try chat.request(phone, .goodbye)]
        let deliveries = inOneBatch ? chat.process(requests) : requests.flatMap { chat.process([$0]) }
        #expect(scene.told(deliveries) == [[], [], []] && deliveries.told(to: second) == ["answered"])
        try goesOn(call, on: second)
    }

    @Test func `a caller's ringing goes on so too`() throws {
        let call = try scene.call()
        let second = try again(alice)
        _ = try chat.say(second, .connect)
        let gone = try chat.say(alice, .goodbye)
        #expect(scene.told(gone) == [[], [], []] && gone.told(to: second) == ["ringing"])
        #expect(try chat.say(phone, .call(.answer(.to(call)))).told(to: second).count == 1)
    }

    @Test func `the goodbye of the latest connection is meant, whatever else its device has open`() throws {
        // Two windows of one device: the older one is in no call, and learns of none.
        let call = try scene.talk()
        let second = try again(phone)
        _ = try chat.say(second, .connect)
        _ = try chat.say(second, .call(.signal(.offer(call, "1"))))
        #expect(try chat.say(second, .goodbye).told(to: alice) == ["ended hangup 0"])
    }

    @Test func `another device, or a token that may not call, takes nothing over`() throws {
        _ = try scene.talk()
        _ = try chat.say(again(phone, scopes: .chatRead), .connect)
        _ = try chat.connect("bob")
        #expect(try chat.say(phone, .goodbye).told(to: alice) == ["ended hangup 0"])
    }

    @Test(arguments: [false, true]) func `one that came and went again was no coming back`(inOneBatch: Bool) throws {
        _ = try scene.talk()
        let second = try again(phone)
        let requests = [
            try chat.request(second, .connect), try chat.request(second, .disconnect),
            try chat.request(phone, .goodbye),
        ]
        let deliveries = inOneBatch ? chat.process(requests) : requests.flatMap { chat.process([$0]) }
        #expect(deliveries.told(to: alice) == ["ended hangup 0"])
    }
}

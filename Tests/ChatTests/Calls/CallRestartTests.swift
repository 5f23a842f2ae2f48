import CAASProtocol
import Testing

@testable import Chat

@Suite("Calls after a crash, R48") struct CallRestartTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }

    init() throws { scene = try CallScene() }

    private func back(_ actor: Actor) throws -> (actor: Actor, told: [String]) {
        let newcomer = try chat.newcomer(actor.user.user.rawValue, device: actor.session?.deviceID)
        return (newcomer, try chat.say(newcomer, .connect).told(to: newcomer))
    }

    @Test func `talkers who come back within 30 seconds go on`() throws {
        let call = try scene.talk()
        _ = chat.wait(.seconds(60))
        chat.restart()
        _ = chat.wait(.seconds(20))
        let alice = try back(scene.alice)
        #expect(alice.told == ["reconnecting"])
        let phone = try back(scene.phone)
        #expect(phone.told == ["answered"])
        #expect(chat.wait(.seconds(20)).told(to: alice.actor) == [])
        let end = try chat.say(alice.actor, .call(.end(.to(call))))
        #expect(end.told(to: phone.actor) == ["ended hangup 100000"])
    }

    @Test func `where one does not, both learn that the service lost it, and when`() throws {
        _ = try scene.talk()
        // The store was told that the call goes on after 60 s, not 3 s later.
        _ = chat.wait(.seconds(60))
        _ = chat.wait(.seconds(3))
        chat.restart()
        let alice = try back(scene.alice)
        let end = chat.wait(.seconds(30))
        #expect(end.told(to: alice.actor) == ["ended server_error 60000"])
        #expect(end.callMessages.count == 1)
        #expect(try back(scene.phone).told == ["ended server_error 60000"])
        #expect(try back(scene.phone).told == [])
    }

    @Test func `where nobody does, everybody is told later, also after a further crash`() throws {
        _ = try scene.talk()
        chat.restart()
        _ = chat.wait(.milliseconds(1))
        _ = chat.wait(.seconds(30))
        #expect(try chat.entries(scene.alice, "bob").count == 1)
        chat.restart()
        #expect(try back(scene.alice).told == ["ended server_error 0"])
        #expect(try back(scene.phone).told == ["ended server_error 0"])
        // What was told is in the store only after a while: until then it is told again rather than never.
        chat.restart()
        #expect(try back(scene.alice).told == ["ended server_error 0"])
        _ = chat.wait(.seconds(6))
        chat.restart()
        #expect(try back(scene.alice).told == [])
        #expect(try chat.entries(scene.alice, "bob").count == 1)
    }

    @Test func `a ringing call rings on for whoever comes`() throws {
        let call = try scene.call()
        chat.restart()
        let phone = try back(scene.phone)
        #expect(phone.told == ["incoming"])
        let alice = try back(scene.alice)
        #expect(alice.told == ["ringing"])
        #expect(try chat.say(phone.actor, .call(.answer(.to(call)))).told(to: alice.actor).count == 1)
    }

    @Test(arguments: [10, 60]) func `a ringing call whose caller does not come has failed`(seconds: Int) throws {
        _ = try scene.call()
        chat.restart()
        if seconds == 60 { _ = chat.wait(.seconds(0)) }
        let phone = try back(scene.phone)
        #expect(phone.told == ["incoming"])
        #expect(chat.wait(.seconds(seconds)).told(to: phone.actor) == ["ended failed 0"])
        #expect(try back(scene.alice).told == ["ended failed 0"])
    }

    @Test func `a call that lasted too long meanwhile is over`() throws {
        let call = try scene.talk()
        _ = chat.wait(.seconds(28_790))
        chat.restart()
        let (alice, phone) = (try back(scene.alice), try back(scene.phone))
        #expect(chat.wait(.seconds(10)).told(to: alice.actor) == ["ended max_duration 28800000"])
        #expect(try chat.standing(phone.actor, .end(.to(call))).isDuplicate)
    }

    @Test func `an end that was stored when the process died is told again`() throws {
        let call = try scene.talk()
        _ = try chat.say(scene.alice, .call(.end(.to(call))))
        chat.restart()
        #expect(try back(scene.phone).told == ["ended hangup 0"])
        #expect(try back(scene.alice).told == ["ended hangup 0"])
    }
}

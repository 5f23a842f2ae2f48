import CAASProtocol
import Testing

@testable import Chat

@Suite("Presence of who has blocked, R77") struct BlockPresenceTests {
    private func update(_ status: PresenceUpdate.Status, _ message: String? = nil) -> ChatRequest.Command {
        .presence(.update(PresenceUpdate(status: status, customMessage: message, customMessageUntil: nil)))
    }

    @Test(arguments: [PresenceSettings.Visibility.shared, .tenant])
    func `the blocked one sees the blocker go at once, and what there is when the block ends`(
        visibility: PresenceSettings.Visibility
    ) throws {
        let chat = Transcript { $0.presence.visibility = visibility }
        let alice = try chat.friend(of: "bob", named: "alice")
        let bob = try chat.connect("bob")
        _ = try chat.say(bob, update(.busy, "in a meeting"))
        #expect(chat.seen(by: alice) == ["bob busy"])
        _ = try chat.outcome(bob, .block("alice"))
        let gone = chat.updates(to: alice)
        #expect(gone.map(\.status) == [.offline])
        #expect(gone.first?.lastSeen == nil && gone.first?.customMessage == nil)
        for command in [update(.away), update(.online, "back")] {
            _ = try chat.say(bob, command)
            #expect(chat.seen(by: alice) == [])
        }
        let hidden = try chat.snapshot(alice, "bob")
        #expect(hidden.status == .offline && hidden.lastSeen == nil && hidden.customMessage == nil)
        _ = try chat.outcome(bob, .block("alice", on: false))
        let back = chat.updates(to: alice)
        #expect(back.map(\.status) == [.online] && back.first?.customMessage == "back")
        let last = try #require(back.first)
        #expect(last.v > hidden.v)
        _ = try chat.say(bob, update(.busy))
        #expect(chat.seen(by: alice) == ["bob busy"])
    }

    @Test func `direct partners who have asked for nothing are told of the end all the same`() throws {
        let chat = Transcript()
        let alice = try chat.friend(of: "bob", named: "alice")
        let bob = try chat.connect("bob")
        #expect(chat.seen(by: alice) == ["bob online"])
        _ = try chat.outcome(bob, .block("alice"))
        #expect(chat.seen(by: alice) == ["bob offline"])
        let phone = try chat.connect("bob")
        _ = try chat.say(bob, .goodbye)
        #expect(chat.seen(by: alice) == [])
        _ = try chat.outcome(phone, .block("alice", on: false))
        #expect(chat.seen(by: alice) == ["bob online"])
    }

    @Test func `the blocker still sees the other, and others see the blocker`() throws {
        let chat = Transcript()
        let bob = try chat.friend(of: "alice")
        let carol = try chat.friend(of: "bob", named: "carol")
        _ = chat.wait(.seconds(4))
        _ = try chat.outcome(bob, .block("alice"))
        let alice = try chat.connect("alice")
        #expect(chat.seen(by: bob) == ["alice online"])
        #expect(try chat.snapshot(bob, "alice").status == .online)
        _ = try chat.say(bob, update(.busy))
        let told = chat.wait(.seconds(4))
        #expect(told.presences(to: carol).map(\.status) == [.busy])
        #expect(told.presences(to: alice) == [])
    }

    @Test func `a group that both are in shows the blocker to others alone`() throws {
        let chat = Transcript()
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        let carol = try chat.connect("carol")
        _ = try chat.outcome(carol, .create(.group("team", ["alice", "bob"])))
        #expect(try chat.snapshot(alice, "bob").status == .online)
        _ = try chat.outcome(bob, .block("alice"))
        #expect(chat.seen(by: alice) == ["bob offline"])
        #expect(try chat.snapshot(carol, "bob").status == .online)
        chat.restart()
        let (again, _) = (try chat.connect("alice"), try chat.connect("bob"))
        #expect(try chat.snapshot(again, "bob").status == .offline)
        #expect(try chat.snapshot(try chat.connect("bob"), "alice").status == .online)
    }

    @Test func `whoever takes the name of an ended blocker is seen`() throws {
        let chat = Transcript { $0.presence.visibility = .tenant }
        let (alice, bob) = (try chat.connect("alice"), try chat.connect("bob"))
        _ = try chat.outcome(bob, .block("alice"))
        #expect(try chat.snapshot(alice, "bob").status == .offline)
        for delivery in try chat.say(.backend(), .removeUser(.named("bob"))) {
            if case .close = delivery { _ = try chat.say(bob, .disconnect) }
        }
        _ = chat.wait(.seconds(20))
        _ = try chat.connect("bob")
        #expect(chat.seen(by: alice).last == "bob online")
    }
}

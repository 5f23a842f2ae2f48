import CAASProtocol
import Testing

@testable import Chat

@Suite("Presence: what others see of a user, R34, R35, R38") struct PresenceTests {
    private let chat = Transcript()

    @Test func `the first device makes a user online, and the last one offline`() throws {
        let bob = try chat.friend(of: "alice")
        let phone = try chat.connect("alice")
        #expect(chat.seen(by: bob) == ["alice online"])
        let tablet = try chat.connect("alice")
        #expect(chat.seen(by: bob).isEmpty)
        _ = try chat.say(phone, .goodbye)
        #expect(chat.seen(by: bob).isEmpty)
        _ = try chat.say(tablet, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `a user is away when all devices are silent, and online when one is not`() throws {
        let bob = try chat.friend(of: "alice")
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        _ = chat.seen(by: bob)
        _ = try chat.say(phone, .presence(.idle(since: chat.time)))
        #expect(chat.seen(by: bob).isEmpty)
        _ = try chat.say(tablet, .presence(.idle(since: chat.time)))
        #expect(chat.seen(by: bob) == ["alice away"])
        _ = try chat.say(tablet, .presence(.idle(since: nil)))
        #expect(chat.seen(by: bob) == ["alice online"])
        // The one that is left is silent.
        _ = try chat.say(tablet, .goodbye)
        #expect(chat.seen(by: bob) == ["alice away"])
    }

    @Test(arguments: [PresenceUpdate.Status.busy, .away])
    func `a choice wins over what the devices say, until the user is online again`(
        status: PresenceUpdate.Status
    ) throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = chat.seen(by: bob)
        #expect(try chat.outcome(alice, .presence(.update(PresenceUpdate(status: status)))) == .done)
        #expect(chat.seen(by: bob) == ["alice \(status.rawValue)"])
        _ = try chat.say(alice, .presence(.idle(since: chat.time)))
        _ = try chat.say(alice, .presence(.idle(since: nil)))
        #expect(chat.seen(by: bob).isEmpty)
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .online))))
        #expect(chat.seen(by: bob) == ["alice online"])
    }

    @Test func `a choice survives being away and coming back`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy))))
        #expect(chat.seen(by: bob) == ["alice busy"])
        _ = try chat.say(alice, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
        _ = chat.wait(.seconds(100))
        _ = try chat.connect("alice")
        #expect(chat.seen(by: bob) == ["alice busy"])
    }

    @Test(arguments: [PresenceUpdate.Status.invisible, .offline])
    func `who wants to be invisible is offline for others, with no sign of when it was there`(
        status: PresenceUpdate.Status
    ) throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .online, customMessage: "hello"))))
        _ = chat.seen(by: bob)
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: status))))
        let told = try #require(chat.updates(to: bob).first)
        #expect(told.status == .offline)
        #expect(told.lastSeen == nil && told.customMessage == nil)
        // Nothing of what it does shows.
        let tablet = try chat.connect("alice")
        _ = try chat.say(alice, .goodbye)
        _ = try chat.say(tablet, .disconnect)
        _ = try chat.connect("alice")
        #expect(chat.seen(by: bob).isEmpty)
        #expect(try chat.snapshot(bob, "alice").lastSeen == nil)
    }

    @Test func `a message beside the status stays until it is replaced or cleared`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        func say(_ status: PresenceUpdate.Status, _ message: String?) throws -> String? {
            let update = PresenceUpdate(status: status, customMessage: message)
            _ = try chat.outcome(alice, .presence(.update(update)))
            return chat.updates(to: bob).last?.customMessage
        }
        #expect(try say(.busy, "in a meeting") == "in a meeting")
        #expect(try say(.away, nil) == "in a meeting")
        #expect(try say(.away, "out") == "out")
        #expect(try say(.online, "") == nil)
        #expect(try chat.snapshot(bob, "alice").customMessage == nil)
    }

    @Test func `a message ends when it was to end`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        let until = chat.time + 60_000
        let update = PresenceUpdate(status: .busy, customMessage: "lunch", customMessageUntil: until)
        _ = try chat.outcome(alice, .presence(.update(update)))
        let told = try #require(chat.updates(to: bob).last)
        #expect((told.customMessage, told.customMessageUntil) == ("lunch", until))
        #expect(chat.seen(by: bob, after: .seconds(50)).isEmpty)
        let ended = try #require(chat.updates(to: bob, after: .seconds(10)).last)
        #expect((ended.status, ended.customMessage, ended.customMessageUntil) == (.busy, nil, nil))
        #expect(ended.v > told.v)
    }

    @Test func `an end without a message is one for the message that stands`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy, customMessage: "lunch"))))
        let until = chat.time + 60_000
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy, customMessageUntil: until))))
        let seen = try chat.snapshot(bob, "alice")
        #expect((seen.customMessage, seen.customMessageUntil) == ("lunch", until))
        _ = try chat.outcome(
            alice,
            .presence(.update(PresenceUpdate(status: .busy, customMessageUntil: chat.time - 1)))
        )
        #expect(try chat.snapshot(bob, "alice").customMessage == nil)
    }

    @Test func `who hides when it was last seen is seen otherwise, until it shows it again`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        #expect(chat.updates(to: bob).last?.lastSeen != nil)
        func say(_ status: PresenceUpdate.Status, hides: Bool? = nil) throws -> Presence? {
            let update = PresenceUpdate(status: status, hidesLastSeen: hides)
            _ = try chat.outcome(alice, .presence(.update(update)))
            return chat.updates(to: bob).last
        }
        let hidden = try #require(try say(.online, hides: true))
        #expect(hidden.status == .online && hidden.lastSeen == nil)
        let busy = try #require(try say(.busy))
        #expect(busy.status == .busy && busy.lastSeen == nil)
        _ = try chat.say(alice, .goodbye)
        let gone = try #require(chat.updates(to: bob).last)
        #expect(gone.status == .offline && gone.lastSeen == nil)
        // It outlives connections and the process.
        chat.restart()
        let reader = try chat.connect("bob")
        #expect(try chat.snapshot(reader, "alice").lastSeen == nil)
        let back = try chat.connect("alice")
        _ = chat.wait(.seconds(4))
        #expect(try chat.snapshot(reader, "alice").lastSeen == nil)
        _ = try chat.outcome(back, .presence(.update(PresenceUpdate(status: .online, hidesLastSeen: false))))
        #expect(chat.updates(to: reader).last?.lastSeen == chat.time - chat.time % 60_000)
    }

    @Test func `an invisible user who hides when it was last seen shows nobody that it is there`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .invisible))))
        let seen = try chat.snapshot(bob, "alice")
        for hides in [true, false, true] {
            _ = chat.wait(.seconds(4))
            _ = chat.updates(to: bob)
            let update = PresenceUpdate(status: .invisible, hidesLastSeen: hides)
            _ = try chat.outcome(alice, .presence(.update(update)))
            _ = chat.wait(.seconds(4))
            #expect(chat.updates(to: bob).isEmpty)
            #expect(try chat.snapshot(bob, "alice") == seen)
        }
    }

    @Test func `an end does not bring back a message that is over`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        let until = chat.time + 60_000
        let update = PresenceUpdate(status: .busy, customMessage: "lunch", customMessageUntil: until)
        _ = try chat.outcome(alice, .presence(.update(update)))
        _ = chat.wait(.seconds(61))
        let later = PresenceUpdate(status: .busy, customMessageUntil: chat.time + 60_000)
        _ = try chat.outcome(alice, .presence(.update(later)))
        #expect(try chat.snapshot(bob, "alice").customMessage == nil)
    }

    @Test func `last seen is the last use of a device, down to the minute`() throws {
        let bob = try chat.friend(of: "alice")
        #expect(try chat.snapshot(bob, "alice").lastSeen == nil)
        let alice = try chat.connect("alice")
        _ = chat.wait(.seconds(90))
        #expect(try chat.snapshot(bob, "alice").lastSeen == chat.time - chat.time % 60_000)
        let used = chat.time
        _ = chat.wait(.seconds(600))
        _ = try chat.say(alice, .presence(.idle(since: used)))
        #expect(try chat.snapshot(bob, "alice").lastSeen == used - used % 60_000)
        _ = chat.wait(.seconds(600))
        _ = try chat.say(alice, .goodbye)
        #expect(chat.updates(to: bob).last?.lastSeen == used - used % 60_000)
    }

    @Test func `last seen of who has gone comes from the store, and that of who goes gets there`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        let used = chat.time
        for actor in [alice, bob] { _ = try chat.say(actor, .goodbye) }
        for _ in 0..<3 { _ = chat.wait(.seconds(60)) }
        #expect(chat.rows == 0)
        #expect(try chat.storage.read { try $0.presence(of: alice.user)?.lastSeen } == used)
        #expect(try chat.snapshot(try chat.connect("bob"), "alice").lastSeen == used - used % 60_000)
    }

    @Test func `a user's other connections are told what others are`() throws {
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        _ = chat.wait(.seconds(4))
        _ = try chat.outcome(phone, .presence(.update(PresenceUpdate(status: .busy))))
        let deliveries = chat.wait(.seconds(4))
        #expect(deliveries.presences(to: tablet).map(\.status) == [.busy])
        #expect(deliveries.presences(to: phone).isEmpty)
        // Of two that say something at once the later one has the last word, and the other is told.
        _ = chat.wait(.seconds(4))
        _ = try chat.outcome(phone, .presence(.update(PresenceUpdate(status: .away))))
        _ = try chat.outcome(tablet, .presence(.update(PresenceUpdate(status: .invisible))))
        let later = chat.wait(.seconds(4))
        #expect(later.presences(to: phone).map(\.status) == [.offline])
        #expect(later.presences(to: tablet).isEmpty)
    }

    @Test func `devices that come are not told that they did, but those that were there are`() throws {
        let first = try (0..<3).map { _ in try chat.connect("alice") }
        #expect(chat.wait(.seconds(4)).isEmpty)
        for device in first { _ = try chat.say(device, .presence(.idle(since: chat.time))) }
        let away = chat.wait(.seconds(4))
        #expect(first.allSatisfy { away.presences(to: $0).map(\.status) == [.away] })
        let last = try chat.connect("alice")
        let deliveries = chat.wait(.seconds(4))
        #expect(first.allSatisfy { deliveries.presences(to: $0).map(\.status) == [.online] })
        #expect(deliveries.presences(to: last).isEmpty)
    }

    @Test func `devices that came just before a choice are told of it`() throws {
        let first = try chat.connect("alice")
        let second = try chat.connect("alice")
        _ = try chat.outcome(first, .presence(.update(PresenceUpdate(status: .busy))))
        let deliveries = chat.wait(.milliseconds(250))
        #expect(deliveries.presences(to: second).map(\.status) == [.busy])
        #expect(deliveries.presences(to: first).isEmpty)
    }

    @Test func `guests have no presence`() throws {
        let guest = try chat.connect("guest:1")
        #expect(try chat.refusal(guest, .presence(.update(PresenceUpdate(status: .busy)))).reason == "scope")
        let watch = PresenceSubscription(userIDs: [try .named("alice")])
        #expect(try chat.refusal(guest, .presence(.watch(watch))).reason == "scope")
        #expect(try chat.refusal(guest, .presence(.unwatch(watch))).reason == "scope")
        let bob = try chat.friend(of: "guest:1")
        #expect(try chat.snapshot(bob, "guest:1").status == .offline)
        _ = try chat.say(guest, .goodbye)
        #expect(chat.seen(by: bob).isEmpty)
    }

    @Test func `a removed user's words are forgotten`() throws {
        let acme = try #require(TenantID("acme"))
        let backend = try #require(Actor.key("k", tenant: acme, scopes: [.admin], asUser: nil))
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy, customMessage: "secret"))))
        #expect(chat.seen(by: bob) == ["alice busy"])
        _ = try chat.say(backend.at(.caller(1)), .removeUser(alice.user.user))
        _ = try chat.say(alice, .disconnect)
        #expect(chat.seen(by: bob, after: .seconds(4)) == ["alice offline"])
        #expect(try chat.storage.read { try $0.presence(of: alice.user) } == nil)
        _ = chat.wait(.seconds(60))
        #expect(try chat.storage.read { try $0.presence(of: alice.user) } == nil)
    }
}

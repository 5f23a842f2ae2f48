import CAASProtocol
import Testing

@testable import Chat

@Suite("Presence: connections that break, and how often it is told, R36") struct PresenceGraceTests {
    private let chat = Transcript()

    @Test func `a connection that breaks counts for fifteen seconds`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = chat.seen(by: bob)
        _ = try chat.say(alice, .disconnect)
        #expect(chat.seen(by: bob, after: .milliseconds(14_999)).isEmpty)
        #expect(chat.seen(by: bob, after: .milliseconds(1)) == ["alice offline"])
    }

    @Test func `who comes back within that was never away`() throws {
        let bob = try chat.friend(of: "alice")
        var alice = try chat.connect("alice")
        _ = chat.seen(by: bob)
        let before = try chat.snapshot(bob, "alice")
        for _ in 0..<5 {
            _ = try chat.say(alice, .disconnect)
            #expect(chat.seen(by: bob, after: .seconds(14)).isEmpty)
            alice = try chat.connect("alice")
            #expect(chat.seen(by: bob, after: .milliseconds(250)).isEmpty)
        }
        #expect(chat.seen(by: bob, after: .seconds(100)).isEmpty)
        #expect(try chat.snapshot(bob, "alice").v == before.v)
    }

    @Test func `what was lost with a device that breaks is lost after the grace`() throws {
        let bob = try chat.friend(of: "alice")
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        _ = chat.seen(by: bob)
        _ = try chat.say(tablet, .presence(.idle(since: chat.time)))
        // The one in use breaks: for a while it still counts as that.
        _ = try chat.say(phone, .disconnect)
        #expect(chat.seen(by: bob, after: .seconds(14)).isEmpty)
        #expect(chat.seen(by: bob, after: .seconds(1)) == ["alice away"])
        // And the clean end of the other is no end while one may come back.
        let third = try chat.connect("alice")
        #expect(chat.seen(by: bob) == ["alice online"])
        _ = try chat.say(third, .disconnect)
        _ = try chat.say(tablet, .goodbye)
        #expect(chat.seen(by: bob, after: .seconds(14)).isEmpty)
        #expect(chat.seen(by: bob, after: .seconds(1)) == ["alice offline"])
    }

    @Test(arguments: [nil, "phone"])
    func `who came back and then says goodbye is gone at once`(device: String?) throws {
        let bob = try chat.friend(of: "alice")
        var alice = try chat.connect("alice", device: device)
        #expect(chat.seen(by: bob) == ["alice online"])
        for _ in 0..<3 {
            _ = try chat.say(alice, .disconnect)
            #expect(chat.seen(by: bob, after: .seconds(1)).isEmpty)
            alice = try chat.connect("alice", device: device)
        }
        #expect(chat.seen(by: bob).isEmpty)
        _ = try chat.say(alice, .goodbye)
        #expect(chat.seen(by: bob, after: .milliseconds(250)) == ["alice offline"])
    }

    @Test func `a device that is back before its old line is found dead leaves no grace behind`() throws {
        let bob = try chat.friend(of: "alice")
        let old = try chat.connect("alice", device: "phone")
        _ = chat.seen(by: bob)
        let new = try chat.connect("alice", device: "phone")
        _ = try chat.say(old, .disconnect)
        _ = try chat.say(new, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `one device that comes does not stand for another that broke`() throws {
        let bob = try chat.friend(of: "alice")
        let phone = try chat.connect("alice", device: "phone")
        _ = chat.seen(by: bob)
        _ = try chat.say(phone, .disconnect)
        let tablet = try chat.connect("alice", device: "tablet")
        let nameless = try chat.connect("alice")
        for actor in [tablet, nameless] { _ = try chat.say(actor, .goodbye) }
        #expect(chat.seen(by: bob, after: .milliseconds(14_999)).isEmpty)
        #expect(chat.seen(by: bob, after: .milliseconds(1)) == ["alice offline"])
    }

    @Test func `each that comes without a name stands for one that broke`() throws {
        let bob = try chat.friend(of: "alice")
        let first = try (0..<2).map { _ in try chat.connect("alice") }
        _ = chat.seen(by: bob)
        for actor in first { _ = try chat.say(actor, .disconnect) }
        let third = try chat.connect("alice")
        _ = try chat.say(third, .goodbye)
        #expect(chat.seen(by: bob).isEmpty)
        let fourth = try chat.connect("alice")
        _ = try chat.say(fourth, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `however many break, no more are remembered than a user may have`() {
        var broken = BrokenConnections()
        let start = ContinuousClock.now
        for number in 0..<100 {
            broken.add(nil, until: start + .seconds(number), isActive: number < 50)
        }
        #expect(broken.isPresent(now: start + .milliseconds(98_999)) && !broken.isActive(now: start))
        for _ in 0..<BrokenConnections.limit { broken.comeBack(nil, now: start) }
        #expect(!broken.isPresent(now: start))
    }

    @Test func `a grace of nothing is none`() throws {
        let chat = Transcript { $0.presence.grace = .zero }
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        #expect(chat.seen(by: bob) == ["alice online"])
        _ = try chat.say(alice, .disconnect)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `who says that it is gone has no grace`() throws {
        let bob = try chat.friend(of: "alice")
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        _ = chat.seen(by: bob)
        _ = try chat.say(phone, .disconnect)
        _ = try chat.outcome(tablet, .presence(.update(PresenceUpdate(status: .offline))))
        _ = try chat.outcome(tablet, .presence(.update(PresenceUpdate(status: .online))))
        _ = try chat.say(tablet, .goodbye)
        #expect(chat.seen(by: bob) == ["alice offline"])
    }

    @Test func `a user is told of every three seconds at most, as it is then`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        #expect(chat.seen(by: bob, after: .milliseconds(250)) == ["alice online"])
        var seen: [String] = []
        for status in [PresenceUpdate.Status.busy, .away, .busy, .online, .busy, .invisible, .away] {
            _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: status))))
            seen += chat.seen(by: bob, after: .milliseconds(400))
        }
        #expect(seen.isEmpty)
        #expect(chat.seen(by: bob, after: .milliseconds(200)) == ["alice away"])
    }

    @Test(arguments: [nil, .milliseconds(100)] as [Duration?])
    func `a user is told of every 3 s, or as often as the setting says`(interval: Duration?) throws {
        let chat = Transcript { if let interval { $0.presence.interval = interval } }
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        #expect(chat.seen(by: bob, after: .milliseconds(250)) == ["alice online"])
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy))))
        let wait = (interval ?? .seconds(3)) - .milliseconds(1)
        #expect(chat.seen(by: bob, after: wait).isEmpty)
        #expect(chat.seen(by: bob, after: .milliseconds(1)) == ["alice busy"])
    }

    @Test func `what was taken back before it was told is not told`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        _ = chat.seen(by: bob, after: .milliseconds(250))
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .busy))))
        _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: .online))))
        #expect(chat.seen(by: bob).isEmpty)
    }

    @Test func `versions grow with every change, and over a restart`() throws {
        let bob = try chat.friend(of: "alice")
        let alice = try chat.connect("alice")
        var versions = chat.updates(to: bob).map(\.v)
        for status in [PresenceUpdate.Status.busy, .away, .online] {
            _ = try chat.outcome(alice, .presence(.update(PresenceUpdate(status: status))))
            versions.append(try chat.snapshot(bob, "alice").v)
            versions += chat.updates(to: bob).map(\.v)
        }
        #expect(versions.count == 7)
        #expect(versions == versions.sorted())
        #expect(Set(versions).count == 4)
        // The next process begins with its clock.
        let (first, last) = (try #require(versions.first), try #require(versions.last))
        #expect(first >= 1_700_000_000_000 && last <= chat.time)
    }

    @Test func `no row is left of users whom nobody watches`() throws {
        let actors = try (0..<20).map { try chat.connect("user\($0)") }
        #expect(chat.rows == 20)
        #expect(chat.wait(.milliseconds(250)).isEmpty)
        #expect(chat.rows == 0 && chat.room == 0)
        for actor in actors[..<10] { _ = try chat.say(actor, .goodbye) }
        for actor in actors[10...] { _ = try chat.say(actor, .disconnect) }
        #expect(chat.wait(.milliseconds(250)).isEmpty)
        #expect(chat.rows == 10)
        #expect(chat.wait(.seconds(15)).isEmpty)
        #expect(chat.rows == 0)
    }
}

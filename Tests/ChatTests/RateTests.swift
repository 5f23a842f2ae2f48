import CAASProtocol
import Testing

@testable import Chat

@Suite("Rates, R61, R62") struct RateTests {
    @Test func `a bucket gives its burst, then what comes back with time`() {
        let rate = Rate(5, burst: 20)
        let start = ContinuousClock.now
        var bucket = TokenBucket(rate, now: start)
        for _ in 0..<20 { #expect(bucket.take(rate, now: start) == nil) }
        #expect(bucket.take(rate, now: start) == .milliseconds(200))
        #expect(bucket.take(rate, now: start + .milliseconds(200)) == nil)
        #expect(bucket.take(rate, now: start + .milliseconds(200)) != nil)
        #expect(bucket.isFull(rate, now: start + .seconds(5)))
    }

    @Test func `time that goes back gives nothing and takes nothing`() {
        let rate = Rate(1, burst: 1)
        let start = ContinuousClock.now
        var bucket = TokenBucket(rate, now: start)
        #expect(bucket.take(rate, now: start) == nil)
        #expect(bucket.take(rate, now: start - .seconds(100)) != nil)
        #expect(bucket.take(rate, now: start + .seconds(1)) == nil)
    }

    @Test func `the message beyond the burst is refused over all connections of the user, with the time to wait`()
        throws
    {
        let chat = Transcript { $0.countsRates = true }
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        _ = try chat.outcome(phone, .join(.named("room")))
        for number in 0..<20 {
            _ = try chat.outcome(number % 2 == 0 ? phone : tablet, sending("\(number)", to: "room"))
        }
        let refusal = try chat.refusal(phone, sending("one too many", to: "room"), frame: "late")
        #expect(refusal.code == .rateLimited)
        #expect(refusal.reason == "bucket")
        #expect((1...201).contains(try #require(refusal.retryAfter)))
        #expect(refusal.details.contains(.init("scope", .text("user"))))
        #expect(refusal.details.contains(.init("bucket", .text("message:send"))))
        #expect(refusal.details.contains(.init("limit", .integer(5))))
        #expect(refusal.details.contains(.init("perMs", .integer(1_000))))
        #expect(refusal.details.contains(.init("burst", .integer(20))))
        _ = chat.wait(.milliseconds(200))
        guard case .sent(_, 21, _, false) = try chat.outcome(phone, sending("one too many", to: "room"), frame: "late")
        else { throw Unexpected(what: "a refused frame was remembered") }
    }

    @Test func `a known id is answered again at no cost, even when the bucket is empty`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        for number in 0..<20 { _ = try chat.outcome(alice, sending("\(number)", to: "room"), frame: "m\(number)") }
        for _ in 0..<30 {
            guard case .sent(_, 4, _, true) = try chat.outcome(alice, sending("3", to: "room"), frame: "m3") else {
                throw Unexpected(what: "another answer")
            }
        }
        _ = chat.wait(.milliseconds(200))
        _ = try chat.outcome(alice, sending("new", to: "room"))
        #expect(try chat.refusal(alice, sending("newer", to: "room")).code == .rateLimited)
    }

    @Test func `repeats use up nothing of a conversation`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        for actor in [alice, bob] { _ = try chat.outcome(actor, .join(.named("room"))) }
        _ = try chat.outcome(alice, sending("first", to: "room"), frame: "m1")
        for _ in 0..<90 {
            guard case .sent(_, 1, _, true) = try chat.outcome(alice, sending("first", to: "room"), frame: "m1") else {
                throw Unexpected(what: "another answer")
            }
        }
        _ = try chat.outcome(bob, sending("mine", to: "room"))
    }

    @Test func `an id that was used for something else uses up nothing of a conversation`() throws {
        let chat = Transcript { $0.countsRates = true }
        let senders = try (0..<4).map { try chat.connect("user\($0)") }
        for sender in senders {
            _ = try chat.outcome(sender, .join(.named("room")))
            _ = try chat.outcome(sender, sending("first", to: "room"), frame: "m1")
            for _ in 0..<15 {
                #expect(try chat.refusal(sender, sending("other", to: "room"), frame: "m1").reason == "id_reused")
            }
        }
        _ = try chat.outcome(senders[0], sending("still here", to: "room"))
    }

    @Test func `outsiders use up nothing of a conversation`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(
            alice,
            .create(ConversationCreate(kind: .group, memberIDs: [], conversationID: .named("room")))
        )
        for number in 0..<10 {
            let outsider = try chat.connect("outsider\(number)")
            for _ in 0..<10 { #expect(try chat.refusal(outsider, sending("no", to: "room")).code == .notMember) }
        }
        _ = try chat.outcome(alice, sending("still here", to: "room"))
    }

    @Test func `a conversation takes fifty messages a second from all its members`() throws {
        let chat = Transcript { $0.countsRates = true }
        var senders: [Actor] = []
        for number in 0..<4 {
            senders.append(try chat.connect("user\(number)"))
            _ = try chat.outcome(senders[number], .join(.named("room")))
        }
        var refused: [SpecError] = []
        for number in 0..<60 {
            if case .failure(let error) = try chat.answer(senders[number % 4], sending("\(number)", to: "room")) {
                refused.append(error)
            }
        }
        #expect(refused.count == 10)
        #expect(refused.allSatisfy { $0.details.contains(.init("scope", .text("conversation"))) })
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("What is remembered of requests, R2") struct RecentRequestTests {
    private let chat = Transcript()

    private func team() throws -> Actor {
        let alice = try chat.connect("alice")
        let creation = ConversationCreate(
            kind: .group,
            memberIDs: [try .named("bob")],
            conversationID: try .named("room")
        )
        _ = try chat.outcome(alice, .create(creation))
        return alice
    }

    private func role(_ role: MemberRole) throws -> ChatRequest.Command {
        .role(ConversationRole(conversationID: try .named("room"), userID: try .named("bob"), role: role))
    }

    @Test func `for ten minutes the same id is answered the same, afterwards it is decided anew`() throws {
        let alice = try team()
        let start = chat.time
        let promotion = try role(.moderator)
        let first = try chat.answer(alice, promotion, frame: "r1")
        #expect(first == .success(timestamp: start, .role(.moderator, offset: 1, duplicate: false)))
        _ = chat.wait(.seconds(1))
        _ = try chat.outcome(alice, role(.member), frame: "r2")
        // To the last millisecond, although Bob is a plain member again.
        _ = chat.wait(.seconds(599))
        #expect(
            try chat.answer(alice, promotion, frame: "r1")
                == .success(timestamp: start, .role(.moderator, offset: 1, duplicate: true))
        )
        #expect(try chat.refusal(alice, role(.owner), frame: "r1").reason == "id_reused")
        _ = chat.wait(.milliseconds(1))
        #expect(
            try chat.answer(alice, promotion, frame: "r1")
                == .success(timestamp: chat.time, .role(.moderator, offset: 3, duplicate: false))
        )
        // The new decision is the one that is remembered from now on.
        _ = chat.wait(.seconds(600))
        #expect(try chat.outcome(alice, promotion, frame: "r1") == .role(.moderator, offset: 3, duplicate: true))
    }

    @Test func `after ten minutes an id may stand for something else`() throws {
        let alice = try team()
        _ = try chat.outcome(alice, role(.moderator), frame: "r1")
        _ = chat.wait(.milliseconds(600_001))
        #expect(try chat.outcome(alice, role(.readonly), frame: "r1") == .role(.readonly, offset: 2, duplicate: false))
    }

    @Test func `beyond the bound the oldest answer is forgotten first`() throws {
        var memory = try Memory()
        try memory.fill("acme", 0..<RecentRequests.limit)
        #expect(try memory.knows("acme", 0))
        try memory.fill("acme", RecentRequests.limit...RecentRequests.limit)
        #expect(try !memory.knows("acme", 0))
        #expect(try memory.knows("acme", 1))
        let last = RecentRequests.limit + 1
        try memory.fill("acme", last...last)
        #expect(try !memory.knows("acme", 1))
        for number in [2, RecentRequests.limit / 2, RecentRequests.limit, last] {
            #expect(try memory.knows("acme", number))
        }
        // What was forgotten can be remembered again, at the cost of the next oldest.
        try memory.fill("acme", 0...0)
        #expect(try memory.knows("acme", 0))
        #expect(try !memory.knows("acme", 2))
        #expect(memory.recent.count == RecentRequests.limit)
    }

    @Test func `a tenant that floods forgets its own answers, and no other's (R63)`() throws {
        var memory = try Memory()
        try memory.fill("quiet", 0..<100)
        try memory.fill("flood", 0..<RecentRequests.limit + 1_000)
        #expect(memory.recent.count == RecentRequests.limit)
        for number in 0..<100 { #expect(try memory.knows("quiet", number)) }
        // The first 1,100 of the flood made room for the rest.
        #expect(try !memory.knows("flood", 1_099))
        #expect(try memory.knows("flood", 1_100))
        // The same id of another tenant is another request.
        #expect(try !memory.knows("third", 0))
    }

    @Test func `who comes later gets an even share of a table that others have filled, and no more`() throws {
        var memory = try Memory()
        let half = RecentRequests.limit / 2
        try memory.fill("early", 0..<RecentRequests.limit)
        try memory.fill("late", 0..<100)
        // Those with the most give way, from the oldest on.
        #expect(try memory.knows("late", 0))
        #expect(try !memory.knows("early", 99))
        #expect(try memory.knows("early", 100))
        try memory.fill("late", 100..<RecentRequests.limit)
        #expect(memory.recent.count == RecentRequests.limit)
        #expect(try !memory.knows("early", half - 1))
        #expect(try memory.knows("early", half))
        #expect(try memory.knows("early", RecentRequests.limit - 1))
        #expect(try !memory.knows("late", half - 1))
        #expect(try memory.knows("late", half))
    }

    @Test func `what is over takes no room, also of a tenant that asks for nothing any more`() throws {
        var memory = try Memory()
        try memory.fill("gone", 0..<10)
        memory.now += .milliseconds(1)
        try memory.fill("acme", 0..<10)
        memory.now += RecentRequests.lifetime
        memory.recent.sweep(now: memory.now)
        #expect(memory.recent.count == 10)
        #expect(try memory.knows("acme", 0))
        memory.now += .milliseconds(1)
        memory.recent.sweep(now: memory.now)
        #expect(memory.recent.count == 0)
    }
}

/// What is remembered, filled by numbers.
private struct Memory {
    var recent = RecentRequests()
    var now = ContinuousClock.now
    private let alice: UserID

    init() throws { alice = try .named("alice") }

    mutating func fill(_ tenant: String, _ numbers: some Sequence<Int>) throws {
        let tenant = try #require(TenantID(tenant))
        for number in numbers {
            let outcome = Acknowledgement.Outcome.changed(offset: Int64(number), duplicate: false)
            recent.remember(try key(tenant, number), fingerprint: [1], .success(timestamp: 7, outcome), now: now)
        }
    }

    /// Whether the answer is known, and the right one.
    func knows(_ tenant: String, _ number: Int) throws -> Bool {
        let key = try key(try #require(TenantID(tenant)), number)
        guard let answer = try recent.answer(key, fingerprint: [1], now: now) else { return false }
        #expect(answer == .success(timestamp: 7, .changed(offset: Int64(number), duplicate: true)))
        return true
    }

    private func key(_ tenant: TenantID, _ number: Int) throws -> RecentRequests.Key {
        let user = UserKey(tenant: tenant, user: alice)
        return RecentRequests.Key(user: user, frame: try #require(FrameID("f\(number)")))
    }
}

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
        var recent = RecentRequests()
        let now = ContinuousClock.now
        let user = UserKey(tenant: try #require(TenantID("acme")), user: try .named("alice"))
        let keys = try (0...RecentRequests.limit + 1).map {
            RecentRequests.Key(user: user, frame: try #require(FrameID("f\($0)")))
        }
        func answer(_ number: Int) throws -> Acknowledgement? {
            try recent.answer(keys[number], fingerprint: [1], now: now)
        }
        func remember(_ number: Int) {
            let outcome = Acknowledgement.Outcome.changed(offset: Int64(number), duplicate: false)
            recent.remember(keys[number], fingerprint: [1], .success(timestamp: 7, outcome), now: now)
        }
        for number in 0..<RecentRequests.limit { remember(number) }
        #expect(try answer(0) == .success(timestamp: 7, .changed(offset: 0, duplicate: true)))
        remember(RecentRequests.limit)
        #expect(try answer(0) == nil)
        #expect(try answer(1) == .success(timestamp: 7, .changed(offset: 1, duplicate: true)))
        remember(RecentRequests.limit + 1)
        #expect(try answer(1) == nil)
        for number in [2, RecentRequests.limit / 2, RecentRequests.limit, RecentRequests.limit + 1] {
            #expect(
                try answer(number) == .success(timestamp: 7, .changed(offset: Int64(number), duplicate: true))
            )
        }
        // What was forgotten can be remembered again, at the cost of the next oldest.
        remember(0)
        #expect(try answer(0) != nil)
        #expect(try answer(2) == nil)
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("The buckets of a user, R61, R62") struct BucketTests {
    /// What shares a bucket, and what the bucket holds.
    struct Bucket: Sendable, CustomTestStringConvertible {
        let name: String
        let tokens: Int64
        let period: Int64
        let burst: Int
        /// Each of them costs a token, whether it succeeds or not.
        let commands: [@Sendable (Int) throws -> ChatRequest.Command]

        var testDescription: String { name }
        /// Until one token is back, in milliseconds.
        var wait: Int64 { period / tokens }
    }

    static let buckets = [
        Bucket(
            name: "message:change",
            tokens: 5,
            period: 1_000,
            burst: 20,
            commands: [
                { .edit(MessageEdit(messageID: nowhere, conversationID: nil, content: "\($0)", ifVersion: nil)) },
                { _ in .delete(MessageDelete(messageID: nowhere, conversationID: nil, reason: nil)) },
            ]
        ),
        Bucket(
            name: "conversation:join",
            tokens: 10,
            period: 1_000,
            burst: 100,
            commands: [
                { _ in .join(try .named("room")) },
                { _ in .leave(ConversationLeave(conversationID: try .named("room"), endsMembership: false)) },
                { .create(ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("own\($0)"))) },
                { _ in .invite(ConversationInvite(conversationID: try .named("room"), userIDs: [try .named("zoe")])) },
                { _ in
                    .remove(
                        ConversationRemove(conversationID: try .named("room"), userID: try .named("eve"), ban: false)
                    )
                },
                { _ in
                    .role(ConversationRole(conversationID: try .named("room"), userID: try .named("zoe"), role: .owner))
                },
                { .update(ConversationUpdate(conversationID: try .named("room"), name: .set("\($0)"))) },
            ]
        ),
        Bucket(
            name: "message:history",
            tokens: 5,
            period: 1_000,
            burst: 20,
            commands: [
                { _ in .read(.history(MessageHistory(conversationID: try .named("room")))) },
                { _ in .read(.list(Page())) },
                { _ in .read(.members(ConversationMembers(conversationID: try .named("room"), page: Page()))) },
            ]
        ),
    ]

    private static let nowhere = MessageID(.init(handle: 1, seq: 1))

    @Test(arguments: buckets)
    func `beyond the burst a request is refused over all connections of its user, with the time to wait`(
        bucket: Bucket
    ) throws {
        let chat = Transcript { $0.countsRates = true }
        _ = try chat.outcome(try chat.connect("owner"), .join(.named("room")))
        let phone = try chat.connect("alice")
        let tablet = try chat.connect("alice")
        for number in 0..<bucket.burst {
            let command = try bucket.commands[number % bucket.commands.count](number)
            let refusal = try refusal(chat, number % 2 == 0 ? phone : tablet, command)
            #expect(refusal?.code != .rateLimited, "\(number)")
        }
        for (number, command) in bucket.commands.enumerated() {
            let actor = number % 2 == 0 ? phone : tablet
            let refused = try #require(try refusal(chat, actor, command(bucket.burst + number)))
            try check(refused, bucket.name, bucket.tokens, bucket.period, Int64(bucket.burst), wait: bucket.wait)
        }
        // Nobody else is held up, and other buckets of this user neither.
        #expect(try refusal(chat, chat.connect("bob"), bucket.commands[0](0))?.code != .rateLimited)
        #expect(try chat.refusal(phone, sending("x", to: "nowhere")).code == .notFound)
        // What was refused cost nothing: after the wait there is one token, and only one.
        _ = chat.wait(.milliseconds(bucket.wait + 1))
        #expect(try refusal(chat, phone, bucket.commands[0](1_000))?.code != .rateLimited)
        #expect(try refusal(chat, tablet, bucket.commands[0](1_001))?.code == .rateLimited)
    }

    @Test func `a user connects forty times at once, then once a second`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        for number in 1..<40 {
            _ = try chat.say(alice, .disconnect)
            #expect(try opens(chat, alice), "\(number)")
        }
        _ = try chat.say(alice, .disconnect)
        try check(chat.refusal(alice, .connect), "connect", 60, 60_000, 40, wait: 1_000)
        #expect(try opens(chat, chat.connect("bob")))
        _ = chat.wait(.milliseconds(1_001))
        #expect(try opens(chat, alice))
        _ = try chat.say(alice, .disconnect)
        #expect(try !opens(chat, alice))
    }

    // MARK: Parts

    private func opens(_ chat: Transcript, _ actor: Actor) throws -> Bool {
        try chat.say(actor, .connect).contains { if case .opened(actor.connection, _) = $0 { true } else { false } }
    }

    /// The refusal of a request; nil where it was taken, a read too, which is answered later.
    private func refusal(_ chat: Transcript, _ actor: Actor, _ command: ChatRequest.Command) throws -> SpecError? {
        guard case .failure(let error) = try chat.say(actor, command).answers(to: actor).first else { return nil }
        return error
    }

    private func check(
        _ refusal: SpecError,
        _ bucket: String,
        _ tokens: Int64,
        _ period: Int64,
        _ burst: Int64,
        wait: Int64
    ) throws {
        #expect(refusal.code == .rateLimited)
        #expect(refusal.reason == "bucket")
        #expect(refusal.field == nil)
        #expect(
            refusal.details == [
                .init("scope", .text("user")), .init("bucket", .text(bucket)), .init("limit", .integer(tokens)),
                .init("perMs", .integer(period)), .init("burst", .integer(burst)),
            ]
        )
        // Halves of a millisecond are for the reckoning in doubles.
        #expect((wait...wait + 1).contains(try #require(refusal.retryAfter)))
    }
}

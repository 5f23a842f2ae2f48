import CAASProtocol
import Testing

@testable import Chat

@Suite("Who gets media, R52") struct MediaReceiverTests {
    private let chat = Transcript()

    private func subscribe(_ kinds: [MediaPacket.Kind]? = nil) throws -> ChatRequest.Command {
        .media(MediaSubscription(conversationID: try .named("room"), kinds: kinds), isOn: true)
    }

    private func unsubscribe(_ kinds: [MediaPacket.Kind]? = nil) throws -> ChatRequest.Command {
        .media(MediaSubscription(conversationID: try .named("room"), kinds: kinds), isOn: false)
    }

    private func relay() throws -> ChatRequest.Command {
        .relay(MediaRelay(kind: .audio, sequence: 1, bytes: [1]), try .named("room"))
    }

    /// Users whose connections have joined the public group `room`, which somebody has sent a packet in.
    private func joined(_ count: Int) throws -> [Actor] {
        let actors = try (0..<count).map { try chat.connect("user\($0)") }
        for actor in actors { _ = try chat.outcome(actor, .join(.named("room"))) }
        _ = try chat.say(actors[0], relay())
        return actors
    }

    private func wishes(_ deliveries: [Delivery]) -> [MediaWish] {
        deliveries.compactMap { if case .receives(_, _, let wish) = $0 { wish } else { nil } }
    }

    @Test func `a change of what is wanted is told once`() throws {
        let alice = try joined(2)[1]
        #expect(try wishes(chat.say(alice, subscribe())) == [.allKinds.union(.subscribed)])
        #expect(try wishes(chat.say(alice, subscribe())).isEmpty)
        #expect(try wishes(chat.say(alice, subscribe([.audio]))) == [[.audio, .subscribed]])
        #expect(try wishes(chat.say(alice, unsubscribe())) == [[]])
        #expect(try wishes(chat.say(alice, unsubscribe())).isEmpty)
    }

    @Test func `one kind may be taken away, with or without having subscribed`() throws {
        let actors = try joined(3)
        #expect(try wishes(chat.say(actors[1], unsubscribe([.video]))) == [[.audio, .fileChunk]])
        _ = try chat.outcome(actors[2], subscribe([.audio, .video]))
        #expect(try wishes(chat.say(actors[2], unsubscribe([.video]))) == [[.audio, .subscribed]])
        #expect(try wishes(chat.say(actors[2], unsubscribe([.audio]))) == [[]])
    }

    @Test func `a wish is told again to a loop that forgot the readers, and ends with leaving`() throws {
        let alice = try joined(2)[1]
        _ = try chat.outcome(alice, unsubscribe())
        #expect(chat.wait(.seconds(300)).contains { if case .retire = $0 { true } else { false } })
        let room = ConversationKey(tenant: alice.user.tenant, conversation: try .named("room"))
        let sender = try chat.connect("user0")
        #expect(try chat.say(sender, relay()).contains(.receives(room, alice.connection, [])))
        let leave = ConversationLeave(conversationID: try .named("room"), endsMembership: false)
        _ = try chat.outcome(alice, .leave(leave))
        #expect(try wishes(chat.say(alice, .join(.named("room")))).isEmpty)
    }

    @Test func `who has not joined has nothing to say`() throws {
        let alice = try joined(1)[0]
        let tablet = try chat.connect("user0")
        #expect(try chat.refusal(tablet, subscribe()).reason == "not_joined")
        #expect(try chat.refusal(try chat.connect("mallory"), subscribe()).code == .notMember)
        let elsewhere = MediaSubscription(conversationID: try .named("nowhere"))
        #expect(try chat.refusal(alice, .media(elsewhere, isOn: true)).code == .notFound)
    }

    @Test func `whoever joins in the same batch may subscribe in it`() throws {
        _ = try joined(1)
        let bob = try chat.connect("bob")
        let batch = [try chat.request(bob, .join(.named("room"))), try chat.request(bob, subscribe([.video]))]
        #expect(wishes(chat.process(batch)) == [[.video, .subscribed]])
    }

    @Test func `where more than fifty have joined only those that subscribed get media`() throws {
        let actors = try joined(51)
        func onlySubscribed() throws -> [Bool] {
            try chat.say(actors[0], relay()).compactMap {
                if case .media(_, _, _, let onlySubscribed) = $0 { onlySubscribed } else { nil }
            }
        }
        #expect(try onlySubscribed() == [true])
        let leave = ConversationLeave(conversationID: try .named("room"), endsMembership: false)
        _ = try chat.outcome(actors[50], .leave(leave))
        #expect(try onlySubscribed() == [false])
    }

    @Test(arguments: [true, false])
    func `there is room for fifty of them, in one batch or one by one`(isOneBatch: Bool) throws {
        let actors = try joined(52)
        let requests = try actors.map { try chat.request($0, subscribe()) }
        let deliveries = isOneBatch ? chat.process(requests) : requests.flatMap { chat.process([$0]) }
        let refusals = actors.map { deliveries.answers(to: $0).first }.compactMap { answer in
            if case .failure(let error) = answer { error } else { nil }
        }
        #expect(refusals.map(\.reason) == ["media_receivers", "media_receivers"])
        #expect(wishes(deliveries).count == 50)
        // Who is in may change its mind; a place that was given up is another's.
        _ = try chat.outcome(actors[0], subscribe([.audio]))
        #expect(try chat.refusal(actors[51], subscribe()).retryAfter != nil)
        _ = try chat.outcome(actors[0], unsubscribe())
        _ = try chat.outcome(actors[51], subscribe())
        #expect(try chat.refusal(actors[50], subscribe()).reason == "media_receivers")
        _ = try chat.say(actors[51], .disconnect)
        _ = try chat.outcome(actors[50], subscribe())
    }
}

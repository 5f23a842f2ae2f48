import CAASProtocol
import Testing

@testable import Chat

@Suite("Typing, R32, R33") struct TypingTests {
    private let chat = Transcript()

    private func room() throws -> (alice: Actor, bob: Actor) {
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        for actor in [alice, bob] { _ = try chat.outcome(actor, .join(.named("room"))) }
        return (alice, bob)
    }

    private func typing(_ event: ServerEvent?) -> Bool? {
        guard case .typingUpdate(_, let typing, _) = event else { return nil }
        return typing
    }

    @Test func `readers are told at once, and again after three seconds at the earliest`() throws {
        let (alice, _) = try room()
        #expect(try chat.say(alice, .typing(.named("room"), true)).events.map(typing) == [true])
        _ = chat.wait(.milliseconds(2_900))
        #expect(try chat.say(alice, .typing(.named("room"), true)).events.isEmpty)
        _ = chat.wait(.milliseconds(100))
        #expect(try chat.say(alice, .typing(.named("room"), true)).events.map(typing) == [true])
    }

    @Test func `no device of the typist is told`() throws {
        let (alice, _) = try room()
        let tablet = try chat.connect("alice")
        _ = try chat.outcome(tablet, .join(.named("room")))
        let deliveries = try chat.say(alice, .typing(.named("room"), true))
        let left = deliveries.compactMap { delivery -> [ConnectionID]? in
            if case .event(_, .typingUpdate, to: .joined, let except) = delivery { except } else { nil }
        }
        #expect(left == [[alice.connection, tablet.connection]])
    }

    @Test func `it ends eight seconds after the last start`() throws {
        let (alice, _) = try room()
        _ = try chat.say(alice, .typing(.named("room"), true))
        #expect(chat.wait(.milliseconds(7_999)).events.isEmpty)
        #expect(chat.wait(.milliseconds(1)).events.map(typing) == [false])
        #expect(try chat.say(alice, .typing(.named("room"), false)).events.isEmpty)
    }

    @Test func `stopping and starting again is not told more often`() throws {
        let (alice, _) = try room()
        let told = try [true, false, true, false, true].flatMap {
            try chat.say(alice, .typing(.named("room"), $0)).events.map(typing)
        }
        #expect(told == [true, false])
        #expect(chat.wait(.milliseconds(2_999)).events.isEmpty)
        // Alice types still, and now readers are told.
        #expect(chat.wait(.milliseconds(1)).events.map(typing) == [true])
        #expect(try chat.say(alice, .typing(.named("room"), false)).events.map(typing) == [false])
    }

    @Test func `leaving and joining again is not told more often either`() throws {
        let (alice, _) = try room()
        let leave = ConversationLeave(conversationID: try .named("room"), endsMembership: false)
        let commands: [ChatRequest.Command] = try [
            .typing(.named("room"), true), .leave(leave), .join(.named("room")), .typing(.named("room"), true),
        ]
        #expect(try commands.flatMap { try chat.say(alice, $0).events.map(typing) } == [true, false])
    }

    @Test func `a start that nobody was told of ends without a word`() throws {
        let (alice, _) = try room()
        for isTyping in [true, false, true] { _ = try chat.say(alice, .typing(.named("room"), isTyping)) }
        #expect(try chat.say(alice, .disconnect).events.isEmpty)
    }

    @Test func `where more have joined than the setting says nobody is told who starts`() throws {
        let chat = Transcript { $0.typingAudience = 3 }
        let actors = try ["alice", "bob", "carol", "dave"].map { try chat.connect($0) }
        for actor in actors[..<3] { _ = try chat.outcome(actor, .join(.named("room"))) }
        #expect(try chat.say(actors[0], .typing(.named("room"), true)).events.map(typing) == [true])
        _ = try chat.outcome(actors[3], .join(.named("room")))
        for isTyping in [true, false] {
            let deliveries = try chat.say(actors[1], .typing(.named("room"), isTyping))
            #expect(deliveries.events.isEmpty)
            #expect(deliveries.answers(to: actors[1]) == [.success(timestamp: chat.time, .done)])
        }
        // Whoever was told of a start is told of its end, however many have come since.
        #expect(try chat.say(actors[0], .typing(.named("room"), false)).events.map(typing) == [false])
        let leave = ConversationLeave(conversationID: try .named("room"), endsMembership: false)
        _ = try chat.outcome(actors[3], .leave(leave))
        #expect(try chat.say(actors[1], .typing(.named("room"), true)).events.map(typing) == [true])
    }

    @Test func `a message ends it, before the message is told`() throws {
        let (alice, _) = try room()
        _ = try chat.say(alice, .typing(.named("room"), true))
        let events = try chat.say(alice, sending("done", to: "room")).events
        #expect(events.map(typing) == [false, nil])
    }

    @Test func `a lost connection ends it`() throws {
        let (alice, _) = try room()
        _ = try chat.say(alice, .typing(.named("room"), true))
        #expect(try chat.say(alice, .disconnect).events.map(typing) == [false])
    }

    @Test func `its end is told also where nothing else was said for five minutes`() throws {
        let (alice, _) = try room()
        _ = try chat.say(alice, sending("hello", to: "room"))
        _ = chat.wait(.seconds(296))
        #expect(try chat.say(alice, .typing(.named("room"), true)).events.map(typing) == [true])
        #expect(chat.wait(.seconds(9)).events.map(typing) == [false])
    }

    @Test func `readers who hear nothing for five minutes are forgotten, and found again`() throws {
        let (alice, _) = try room()
        _ = try chat.say(alice, sending("hello", to: "room"))
        let retired = chat.wait(.seconds(301))
        #expect(retired.contains { if case .retire = $0 { true } else { false } })
        let deliveries = try chat.say(alice, sending("again", to: "room"))
        #expect(deliveries.contains { if case .enter = $0 { true } else { false } })
        #expect(deliveries.events.count == 1)
    }

    @Test func `outsiders are refused`() throws {
        _ = try room()
        let eve = try chat.connect("eve")
        #expect(try chat.refusal(eve, .typing(.named("room"), true)).code == .notMember)
        #expect(try chat.refusal(eve, .typing(.named("nowhere"), true)).code == .notFound)
    }

    @Test func `too much typing is dropped without a word`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        for _ in 0..<20 { _ = try chat.outcome(alice, .typing(.named("room"), true)) }
    }
}

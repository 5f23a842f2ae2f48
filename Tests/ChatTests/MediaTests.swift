import CAASProtocol
import Testing

@testable import Chat

@Suite("Media packets, R52") struct MediaTests {
    private let chat = Transcript()
    private let packet = MediaRelay(kind: .audio, sequence: 7, bytes: [1, 2, 3])

    private func relay(_ actor: Actor, to conversation: String) throws -> ChatRequest.Command {
        .relay(packet, try .named(conversation))
    }

    @Test func `members' packets go to the readers but not back`() throws {
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        for actor in [alice, bob] { _ = try chat.outcome(actor, .join(.named("room"))) }
        let deliveries = try chat.say(alice, relay(alice, to: "room"))
        let sent = deliveries.compactMap { delivery -> (MediaRelay, ConnectionID, Bool)? in
            guard case .media(_, let media, let sender, let onlySubscribed) = delivery else { return nil }
            return (media, sender, onlySubscribed)
        }
        #expect(sent.map(\.0) == [packet])
        #expect(sent.map(\.1) == [alice.connection])
        #expect(sent.map(\.2) == [false])
    }

    @Test func `the answer names the packet`() throws {
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        #expect(try chat.outcome(alice, relay(alice, to: "room")) == .relayed(sequence: 7))
    }

    @Test func `strangers and unknown conversations are refused`() throws {
        let alice = try chat.connect("alice")
        let mallory = try chat.connect("mallory")
        let creation = ConversationCreate(
            kind: .group,
            memberIDs: [],
            conversationID: try .named("private")
        )
        _ = try chat.outcome(alice, .create(creation))
        #expect(try chat.refusal(mallory, relay(mallory, to: "private")).code == .notMember)
        #expect(try chat.refusal(mallory, relay(mallory, to: "nowhere")).code == .notFound)
    }
}

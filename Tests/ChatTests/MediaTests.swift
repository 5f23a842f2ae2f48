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

    @Test func `who may not write in a group sends no packets there either`() throws {
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, .join(.named("room")))
        let invitation = ConversationInvite(
            conversationID: try .named("room"),
            userIDs: [try .named("bob")],
            role: .readonly
        )
        _ = try chat.outcome(alice, .invite(invitation))
        _ = try chat.outcome(bob, .join(.named("room")))
        for kind in MediaPacket.Kind.allCases {
            let packet = MediaRelay(kind: kind, sequence: 7, bytes: [1, 2, 3])
            #expect(try chat.refusal(bob, .relay(packet, .named("room"))) == SpecError(.forbidden, reason: "role"))
        }
        let change = ConversationRole(conversationID: try .named("room"), userID: try .named("bob"), role: .member)
        _ = try chat.outcome(alice, .role(change))
        #expect(try chat.outcome(bob, relay(bob, to: "room")) == .relayed(sequence: 7))
    }

    @Test func `in a channel packets come from moderators, unless members may write there`() throws {
        for posting in [ChatSettings.Posting.moderators, .members] {
            let chat = Transcript { $0.channelPosting = posting }
            let alice = try chat.connect("alice")
            let creation = ConversationCreate(
                kind: .channel,
                memberIDs: [],
                visibility: .public,
                conversationID: try .named("news")
            )
            _ = try chat.outcome(alice, .create(creation))
            let bob = try chat.connect("bob")
            _ = try chat.outcome(bob, .join(.named("news")))
            #expect(try chat.outcome(alice, relay(alice, to: "news")) == .relayed(sequence: 7))
            switch posting {
            case .members: #expect(try chat.outcome(bob, relay(bob, to: "news")) == .relayed(sequence: 7))
            case .moderators: #expect(try chat.refusal(bob, relay(bob, to: "news")).reason == "role")
            }
        }
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
        let unknown = try chat.refusal(mallory, relay(mallory, to: "nowhere"))
        #expect((unknown.code, unknown.field) == (.notFound, "header.conversationId"))
    }
}

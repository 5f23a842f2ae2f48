import CAASProtocol
import Testing

@testable import Chat

@Suite("Sending, R2, R3, R16") struct SendingTests {
    @Test func `a message is acknowledged to its sender and told to every other connection of the members`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let aliceTablet = try chat.connect("alice")
        let bob = try chat.connect("bob")
        for actor in [alice, aliceTablet, bob] { _ = try chat.outcome(actor, .join(.named("room"))) }

        let deliveries = try chat.say(alice, sending("Hello!", to: "room"), frame: "m1")

        guard case .success(_, .sent(let id, 1, let offset, false)) = deliveries.answers(to: alice).first else {
            throw Unexpected(what: "\(deliveries)")
        }
        let room = ConversationKey(tenant: alice.user.tenant, conversation: try .named("room"))
        guard
            case .event(room, .messageNew(let message), to: .readers, except: [alice.connection]) = deliveries[
                deliveries.count - 2
            ]
        else { throw Unexpected(what: "\(deliveries)") }
        #expect(message.id == id)
        #expect(message.offset == offset)
        #expect(message.clientID.rawValue == "m1")
        #expect(message.body.content == "Hello!")
    }

    @Test func `the same id again gives the same ack and no second event`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        let first = try chat.answer(alice, sending("Hello!", to: "room"), frame: "m1")

        let again = try chat.say(alice, sending("Hello!", to: "room"), frame: "m1")

        #expect(again.events.isEmpty)
        guard case .success(let timeOne, .sent(let idOne, let seqOne, let offsetOne, false)) = first,
            case .success(let time, .sent(let id, let seq, let offset, true)) = again.answers(to: alice).first
        else { throw Unexpected(what: "\(first) \(again)") }
        #expect((time, id, seq, offset) == (timeOne, idOne, seqOne, offsetOne))
    }

    @Test func `the same id for another content is refused and names the message`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        guard case .sent(let id, _, _, _) = try chat.outcome(alice, sending("one", to: "room"), frame: "m1") else {
            throw Unexpected(what: "no message")
        }
        let refusal = try chat.refusal(alice, sending("two", to: "room"), frame: "m1")
        #expect(refusal.code == .alreadyExists)
        #expect(refusal.details == [.init("messageId", .text(id.rawValue))])
    }

    @Test func `the same id twice in one batch makes one message`() throws {
        let chat = Transcript()
        let one = try chat.connect("alice")
        let other = try chat.connect("alice")
        _ = try chat.outcome(one, .join(.named("room")))
        let deliveries = chat.process([
            try chat.request(one, sending("Hello!", to: "room"), frame: "m1"),
            try chat.request(other, sending("Hello!", to: "room"), frame: "m1"),
        ])
        guard case .success(_, .sent(let id, 1, _, false)) = deliveries.answers(to: one).first,
            case .success(_, .sent(id, 1, _, true)) = deliveries.answers(to: other).first
        else { throw Unexpected(what: "\(deliveries)") }
    }

    @Test func `a sender who was removed still learns that its message was taken`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, .join(.named("room")))
        _ = try chat.outcome(bob, .join(.named("room")))
        _ = try chat.outcome(bob, sending("Hello!", to: "room"), frame: "m1")
        _ = try chat.outcome(
            alice,
            .remove(ConversationRemove(conversationID: .named("room"), userID: .named("bob"), ban: false))
        )

        guard case .sent(_, 1, _, true) = try chat.outcome(bob, sending("Hello!", to: "room"), frame: "m1") else {
            throw Unexpected(what: "another answer")
        }
        #expect(try chat.refusal(bob, sending("more", to: "room")).code == .notMember)
    }

    @Test func `offsets of one conversation count every durable change from 1 without a hole`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let bob = try chat.connect("bob")
        _ = try chat.outcome(alice, .join(.named("room")))
        // bob's joining is the first change: the making of the conversation takes no offset
        guard case .joined(0, 1, .member, 2) = try chat.outcome(bob, .join(.named("room"))) else {
            throw Unexpected(what: "another join")
        }
        guard case .sent(let id, 1, 2, false) = try chat.outcome(alice, sending("one", to: "room")),
            case .sent(_, 2, 3, false) = try chat.outcome(bob, sending("two", to: "room"))
        else { throw Unexpected(what: "other offsets") }
        let edit = MessageEdit(messageID: id, conversationID: nil, content: "uno", ifVersion: nil)
        guard case .edited(id, 2, 4, false) = try chat.outcome(alice, .edit(edit)) else {
            throw Unexpected(what: "another edit")
        }
        let deletion = MessageDelete(messageID: id, conversationID: nil, reason: nil)
        guard case .deleted(id, 5, false) = try chat.outcome(alice, .delete(deletion)),
            case .deleted(id, 5, true) = try chat.outcome(alice, .delete(deletion))
        else { throw Unexpected(what: "another deletion") }
    }

    @Test func `an echoing connection gets its own event too`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice", echo: true)
        _ = try chat.outcome(alice, .join(.named("room")))
        let deliveries = try chat.say(alice, sending("Hello!", to: "room"))
        guard case .event(_, .messageNew, to: .readers, except: []) = deliveries.dropLast().last else {
            throw Unexpected(what: "\(deliveries)")
        }
    }
}

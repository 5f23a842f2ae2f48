import CAASProtocol
import Testing

@testable import Chat

@Suite("Editing and deleting, R18, R19, R30") struct ChangingTests {
    private let chat = Transcript()

    private func conversation() throws -> (owner: Actor, author: Actor, id: MessageID) {
        let owner = try chat.connect("olga")
        let author = try chat.connect("alice")
        _ = try chat.outcome(owner, .join(.named("room")))
        _ = try chat.outcome(author, .join(.named("room")))
        guard case .sent(let id, _, _, _) = try chat.outcome(author, sending("one", to: "room")) else {
            throw Unexpected(what: "no message")
        }
        return (owner, author, id)
    }

    private func edit(_ id: MessageID, _ content: String, ifVersion: Int64? = nil) -> ChatRequest.Command {
        .edit(MessageEdit(messageID: id, conversationID: nil, content: content, ifVersion: ifVersion))
    }

    private func delete(_ id: MessageID) -> ChatRequest.Command {
        .delete(MessageDelete(messageID: id, conversationID: nil, reason: "spam"))
    }

    @Test func `only the author edits, never an owner`() throws {
        let (owner, _, id) = try conversation()
        let refusal = try chat.refusal(owner, edit(id, "two"))
        #expect(refusal.code == .forbidden)
        #expect(refusal.reason == "not_author")
    }

    @Test func `the same content again is a success that nobody is told of`() throws {
        let (_, author, id) = try conversation()
        let deliveries = try chat.say(author, edit(id, "one"))
        #expect(deliveries.events.isEmpty)
        guard case .success(_, .edited(id, 1, 2, false)) = deliveries.answers(to: author).first else {
            throw Unexpected(what: "\(deliveries)")
        }
    }

    @Test func `the same letters in another spelling are a change`() throws {
        let (_, author, id) = try conversation()
        _ = try chat.outcome(author, edit(id, "caf\u{E9}"))
        guard case .edited(id, 3, _, _) = try chat.outcome(author, edit(id, "cafe\u{301}")) else {
            throw Unexpected(what: "canonical equivalence counted as equal")
        }
    }

    @Test func `an edit of another version is refused with the version there is`() throws {
        let (_, author, id) = try conversation()
        _ = try chat.outcome(author, edit(id, "two"))
        let refusal = try chat.refusal(author, edit(id, "three", ifVersion: 1))
        #expect(refusal.code == .alreadyExists)
        #expect(refusal.reason == "version_conflict")
        #expect(refusal.details == [.init("editVersion", .integer(2))])
    }

    @Test func `a retried edit gets its first answer, marked, and changes nothing`() throws {
        let (_, author, id) = try conversation()
        let first = try chat.outcome(author, edit(id, "two"), frame: "e1")
        _ = try chat.outcome(author, edit(id, "three"), frame: "e2")
        let again = try chat.say(author, edit(id, "two"), frame: "e1")
        #expect(again.events.isEmpty)
        guard case .edited(id, let version, let offset, false) = first,
            case .success(_, .edited(id, version, offset, true)) = again.answers(to: author).first
        else { throw Unexpected(what: "\(first) \(again)") }
        #expect(try chat.refusal(author, edit(id, "four"), frame: "e1").code == .alreadyExists)
    }

    @Test func `an owner deletes what a member wrote, a member nobody's but its own`() throws {
        let (owner, author, id) = try conversation()
        let bob = try chat.connect("bob")
        _ = try chat.outcome(bob, .join(.named("room")))
        #expect(try chat.refusal(bob, delete(id)).code == .forbidden)
        let deliveries = try chat.say(owner, delete(id))
        guard case .messageDeleted(let event) = deliveries.events.first else { throw Unexpected(what: "\(deliveries)") }
        #expect(event.tombstone.deletedBy == owner.user.user)
        #expect(event.tombstone.reason == "spam")
        let refusal = try chat.refusal(author, edit(id, "two"))
        #expect(refusal.code == .notFound)
    }

    @Test func `an id of nowhere, of another conversation or of another tenant is not found alike`() throws {
        let (_, author, id) = try conversation()
        let stranger = try chat.connect("alice", tenant: "other")
        let unknown = MessageID(.init(handle: 1, seq: 1))
        let expected = try chat.refusal(author, edit(unknown, "two"))
        #expect(expected.code == .notFound)
        #expect(try chat.refusal(stranger, edit(id, "two")) == expected)
        let misplaced = MessageEdit(
            messageID: id,
            conversationID: try .named("elsewhere"),
            content: "two",
            ifVersion: nil
        )
        #expect(try chat.refusal(author, .edit(misplaced)) == expected)
    }

    @Test func `after the window the author deletes no more, but a deletion repeated is answered as the first time`()
        throws
    {
        let chat = Transcript { $0.deleteWindow = .seconds(60) }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        guard case .sent(let deleted, _, _, _) = try chat.outcome(alice, sending("one", to: "room")),
            case .sent(let kept, _, _, _) = try chat.outcome(alice, sending("two", to: "room")),
            case .deleted(deleted, let offset, false) = try chat.outcome(alice, delete(deleted))
        else { throw Unexpected(what: "no deletion") }
        _ = chat.wait(.seconds(61))
        guard case .deleted(deleted, offset, true) = try chat.outcome(alice, delete(deleted)) else {
            throw Unexpected(what: "another answer")
        }
        #expect(try chat.refusal(alice, delete(kept)).reason == "delete_window")
    }

    @Test func `after the window neither an author nor an owner edits`() throws {
        let chat = Transcript { $0.editWindow = .seconds(60) }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        guard case .sent(let id, _, _, _) = try chat.outcome(alice, sending("one", to: "room")) else {
            throw Unexpected(what: "no message")
        }
        _ = chat.wait(.seconds(60))
        _ = try chat.outcome(alice, edit(id, "in time"))
        _ = chat.wait(.seconds(1))
        #expect(try chat.refusal(alice, edit(id, "too late")).reason == "edit_window")
    }
}

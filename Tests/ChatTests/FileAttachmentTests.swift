import CAASProtocol
import Testing

@testable import Chat

@Suite("Files: attached to messages, and who opens them, R53") struct FileAttachmentTests: FileWords {
    let chat = Transcript()

    @Test func `a message carries what the service knows of its files`() throws {
        let alice = try room("alice")[0]
        let file = try arrived(alice)
        _ = try chat.say(
            alice,
            sending([CAASProtocol.Attachment(attachmentID: file.rawValue, mimeType: "text/html", size: 5, width: 3)])
        )
        let history = MessageHistory(conversationID: try .named("room"), position: .latest, limit: 1)
        guard case .success(_, .history(let messages, _)) = try chat.read(alice, .history(history)) else {
            throw Unexpected(what: "no history")
        }
        #expect(
            messages.first?.body.attachments == [
                CAASProtocol.Attachment(
                    attachmentID: file.rawValue,
                    name: "a.png",
                    mimeType: "image/png",
                    size: 100_000,
                    width: 3
                )
            ]
        )
    }

    @Test func `files that have not arrived, or belong elsewhere, are no attachments`() throws {
        let alice = try room("alice")[0]
        _ = try chat.outcome(alice, .join(.named("other")))
        let unfinished = try begun(alice, begin("room"))
        let elsewhere = try arrived(alice, in: "other")
        for id in [unfinished.rawValue, elsewhere.rawValue, FileID.random().rawValue, "x"] {
            let refusal = try chat.refusal(alice, sending([CAASProtocol.Attachment(attachmentID: id)]))
            #expect((refusal.code, refusal.field) == (.notFound, "data.attachments[0].attachmentId"))
        }
    }

    @Test func `a file goes with the last message that has it`() throws {
        let alice = try room("alice")[0]
        let file = try arrived(alice)
        let attachment = CAASProtocol.Attachment(attachmentID: file.rawValue)
        var messages: [MessageID] = []
        for _ in 0..<2 {
            guard case .sent(let id, _, _, _) = try chat.outcome(alice, sending([attachment, attachment])) else {
                throw Unexpected(what: "not sent")
            }
            messages.append(id)
        }
        _ = try chat.outcome(alice, .delete(MessageDelete(messageID: messages[0], conversationID: nil, reason: nil)))
        #expect(try remains().isEmpty)
        _ = try chat.outcome(alice, .delete(MessageDelete(messageID: messages[1], conversationID: nil, reason: nil)))
        #expect(try remains() == [file])
        #expect(try chat.read(alice, .file(file)).isFailure(.notFound))
    }

    @Test func `a message that was sent with a file is answered again after the file is gone`() throws {
        let alice = try room("alice")[0]
        let file = try arrived(alice)
        let command = try sending([CAASProtocol.Attachment(attachmentID: file.rawValue)])
        let first = try chat.outcome(alice, command, frame: "m1")
        guard case .sent(let id, let seq, let offset, false) = first else { throw Unexpected(what: "\(first)") }
        _ = try chat.outcome(alice, .delete(MessageDelete(messageID: id, conversationID: nil, reason: nil)))
        let again = try chat.outcome(alice, command, frame: "m1")
        #expect(again == .sent(messageID: id, seq: seq, offset: offset, duplicate: true))
    }

    @Test func `files go with their conversation, and a user's unfinished ones with the user`() throws {
        let actors = try room("alice", "bob")
        let kept = try arrived(actors[1])
        let unfinished = try begun(actors[1], begin("room"))
        let admin = try chat.connect("root", scopes: [.admin])
        _ = try chat.outcome(admin, .removeUser(.named("bob")))
        #expect(try remains() == [unfinished])
        _ = try chat.outcome(admin, .removeConversation(.named("room")))
        #expect(Set(try remains()) == [kept, unfinished])
    }

    // MARK: Who may open one

    @Test func `a member opens a file, a stranger does not`() throws {
        let alice = try chat.connect("alice")
        let creation = ConversationCreate(
            kind: .group,
            memberIDs: [try .named("bob")],
            conversationID: try .named("private")
        )
        _ = try chat.outcome(alice, .create(creation))
        let file = try arrived(alice, in: "private")
        guard case .success(_, .file(let summary)) = try chat.read(chat.connect("bob"), .file(file)) else {
            throw Unexpected(what: "no file")
        }
        #expect((summary.name, summary.size, summary.senderID.rawValue) == ("a.png", 100_000, "alice"))
        #expect(try chat.read(chat.connect("mallory"), .file(file)).isFailure(.notFound))
        #expect(try chat.read(chat.connect("alice", tenant: "other"), .file(file)).isFailure(.notFound))
        #expect(try chat.read(alice, .file(begun(alice, begin("private")))).isFailure(.notFound))
    }

    @Test func `where history begins with one's joining, so do its files`() throws {
        let chat = Transcript { $0.history = .joined }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        let file = try begun(alice, begin("room"), in: chat)
        _ = try chat.outcome(alice, step(file, .complete(sha256: hash)))
        _ = try chat.outcome(alice, sending([CAASProtocol.Attachment(attachmentID: file.rawValue)]))
        let bob = try chat.connect("bob")
        _ = try chat.outcome(bob, .join(.named("room")))
        #expect(try chat.read(bob, .file(file)).isFailure(.notFound))
        #expect(try !chat.read(alice, .file(file)).isFailure(.notFound))
        _ = try chat.outcome(alice, sending([CAASProtocol.Attachment(attachmentID: file.rawValue)]))
        #expect(try !chat.read(bob, .file(file)).isFailure(.notFound))
    }
}

import CAASProtocol
import Testing

@testable import Chat

@Suite("Frames whose data cannot be read, R1, R2, R33") struct MalformedTests {
    private static let fault = SpecError(.missingField, field: "data.content")

    private func malformed(_ type: ClientEventType, in conversation: String? = nil) throws -> ChatRequest.Command {
        .malformed(type, try conversation.map { try .named($0) }, Self.fault)
    }

    private func room(_ chat: Transcript, _ user: String = "alice") throws -> Actor {
        let actor = try chat.connect(user)
        _ = try chat.outcome(actor, .join(.named("room")))
        return actor
    }

    @Test func `a known message comes before the data`() throws {
        let chat = Transcript()
        let alice = try room(chat)
        guard case .sent(let id, _, _, _) = try chat.outcome(alice, sending("x", to: "room"), frame: "m1") else {
            throw Unexpected(what: "another outcome")
        }
        let error = try chat.refusal(alice, malformed(.messageSend, in: "room"), frame: "m1")
        #expect(error.code == .alreadyExists && error.reason == "id_reused")
        #expect(error.details.contains(.init("messageId", .text(id.rawValue))))
        // Known is an id of this conversation and this sender.
        let bob = try room(chat, "bob")
        for (actor, command, frame) in [
            (alice, try malformed(.messageSend, in: "room"), "m2"), (alice, try malformed(.messageSend), "m1"),
            (alice, try malformed(.messageSend, in: "other"), "m1"),
            (bob, try malformed(.messageSend, in: "room"), "m1"),
        ] {
            #expect(try chat.refusal(actor, command, frame: frame) == Self.fault)
        }
    }

    @Test func `a message that was deleted since is answered as it was`() throws {
        let chat = Transcript()
        let alice = try room(chat)
        guard case .sent(let id, let seq, _, _) = try chat.outcome(alice, sending("x", to: "room"), frame: "m1") else {
            throw Unexpected(what: "another outcome")
        }
        _ = try chat.outcome(alice, .delete(MessageDelete(messageID: id, conversationID: nil, reason: nil)))
        let outcome = try chat.outcome(alice, malformed(.messageSend, in: "room"), frame: "m1")
        guard case .sent(id, seq, _, true) = outcome else { throw Unexpected(what: "\(outcome)") }
    }

    @Test func `a known change comes before the data, in the same batch too`() throws {
        let chat = Transcript()
        let alice = try room(chat)
        let update = ConversationUpdate(conversationID: try .named("room"), name: .set("Team"))
        let batch = [
            try chat.request(alice, .update(update), frame: "u1"),
            try chat.request(alice, malformed(.conversationUpdate, in: "room"), frame: "u1"),
        ]
        let answers =
            chat.process(batch).answers(to: alice) + [
                try chat.answer(alice, malformed(.conversationRole, in: "room"), frame: "u1")
            ]
        let reasons = answers.map { if case .failure(let error) = $0 { error.reason } else { nil as String? } }
        #expect(reasons == [nil, "id_reused", "id_reused"])
        #expect(try chat.refusal(alice, malformed(.conversationUpdate, in: "room"), frame: "u2") == Self.fault)
        // A question is none that is remembered.
        #expect(try chat.refusal(alice, malformed(.messageHistory, in: "room"), frame: "u1") == Self.fault)
    }

    @Test func `a conversation that a frame has made comes before the data`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("made"))
        _ = try chat.outcome(alice, .create(creation), frame: "c1")
        // Longer than answers are kept in memory: the row remembers.
        _ = chat.wait(.seconds(3_600))
        #expect(try chat.refusal(alice, malformed(.conversationCreate), frame: "c1").reason == "id_reused")
        #expect(try chat.refusal(alice, malformed(.conversationCreate), frame: "c2") == Self.fault)
    }

    @Test func `the rate comes after a known id and before the data`() throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try room(chat)
        for number in 0..<20 { _ = try chat.outcome(alice, sending("\(number)", to: "room"), frame: "m\(number)") }
        #expect(try chat.refusal(alice, malformed(.messageSend, in: "room"), frame: "m3").reason == "id_reused")
        #expect(try chat.refusal(alice, malformed(.messageSend, in: "room"), frame: "new").code == .rateLimited)
    }

    @Test(arguments: [ClientEventType.typingStart, .typingStop])
    func `typing beyond its rate is dropped, whatever its data`(_ type: ClientEventType) throws {
        let chat = Transcript { $0.countsRates = true }
        let alice = try room(chat)
        for _ in 0..<5 { #expect(try chat.refusal(alice, malformed(type)) == Self.fault) }
        for _ in 0..<5 { #expect(try chat.outcome(alice, malformed(type)) == .done) }
    }
}

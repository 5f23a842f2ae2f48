import CAASProtocol
import Testing

@testable import Chat

@Suite("Hidden conversations, history from joining, opened channels: R22, R29, R30") struct PrivacyTests {
    /// What a stranger can ask about a conversation, under the id of one or of a message in it.
    private static let questions:
        [(type: ClientEventType, command: @Sendable (ConversationID, MessageID) throws -> ChatRequest.Command)] =
            [
                (.messageSend, { conversation, _ in try sending("hello", to: conversation.rawValue) }),
                (
                    .messageEdit,
                    { _, message in
                        .edit(MessageEdit(messageID: message, conversationID: nil, content: "other", ifVersion: nil))
                    }
                ),
                (
                    .messageDelete,
                    { _, message in .delete(MessageDelete(messageID: message, conversationID: nil, reason: nil)) }
                ),
                (.conversationJoin, { conversation, _ in .join(conversation) }),
                (
                    .conversationLeave,
                    { conversation, _ in .leave(ConversationLeave(conversationID: conversation, endsMembership: false))
                    }
                ),
                (
                    .conversationLeave,
                    { conversation, _ in .leave(ConversationLeave(conversationID: conversation, endsMembership: true)) }
                ),
                (
                    .conversationInvite,
                    { conversation, _ in
                        .invite(ConversationInvite(conversationID: conversation, userIDs: [try .named("zoe")]))
                    }
                ),
                (
                    .conversationRemove,
                    { conversation, _ in
                        .remove(
                            ConversationRemove(conversationID: conversation, userID: try .named("alice"), ban: false)
                        )
                    }
                ),
                (
                    .conversationRole,
                    { conversation, _ in
                        .role(
                            ConversationRole(conversationID: conversation, userID: try .named("alice"), role: .member)
                        )
                    }
                ),
                (
                    .conversationUpdate,
                    { conversation, _ in .update(ConversationUpdate(conversationID: conversation, name: .set("x"))) }
                ),
                (
                    .eventSend,
                    { conversation, _ in
                        let payload = try JSONFragment(parsing: Array("1".utf8).span.bytes)
                        return .event(EventSend(conversationID: conversation, name: "n", payload: payload))
                    }
                ),
                (
                    .mediaSubscribe,
                    { conversation, _ in .media(MediaSubscription(conversationID: conversation), isOn: true) }
                ),
                (
                    .mediaUnsubscribe,
                    { conversation, _ in .media(MediaSubscription(conversationID: conversation), isOn: false) }
                ),
                (.typingStart, { conversation, _ in .typing(conversation, true) }),
                (.typingStop, { conversation, _ in .typing(conversation, false) }),
                (
                    .fileBegin,
                    { conversation, _ in
                        .beginFile(FileBegin(conversationID: conversation, name: "a", mimeType: "a/b", size: 1))
                    }
                ),
            ]

    /// What a stranger can read of a conversation.
    private static let reads: [(type: ClientEventType, read: @Sendable (ConversationID) -> ChatRead)] = [
        (.messageHistory, { .history(MessageHistory(conversationID: $0)) }),
        (.conversationMembers, { .members(ConversationMembers(conversationID: $0, page: Page())) }),
    ]

    @Test func `every built event that names a conversation or a message is asked`() {
        let asked = Set(Self.questions.map(\.type)).union(Self.reads.map(\.type))
        // They name nothing that is there already, but for creation: that an id is taken is said (R29).
        let others: Set<ClientEventType> = [
            .conversationCreate, .conversationList, .sessionAuth, .sessionRefresh, .ping,
            .presenceUpdate, .presenceSubscribe, .presenceUnsubscribe,
            // A call is named by its own id, which strangers cannot know.
            .callInitiate, .callAnswer, .callReject, .callEnd, .callSignal, .callICE,
            // A file is its sender's alone: nobody else's question gets as far as its conversation.
            .fileResume,
            // Users are named, and no conversation.
            .userBlock,
        ]
        #expect(ClientEventType.built.subtracting(others) == asked)
    }

    private func message(_ chat: Transcript, in conversation: String) throws -> (owner: Actor, id: MessageID) {
        let owner = try chat.connect("alice")
        _ = try chat.outcome(
            owner,
            .create(
                ConversationCreate(
                    kind: .group,
                    memberIDs: [],
                    visibility: .private,
                    conversationID: .named(conversation)
                )
            )
        )
        guard case .sent(let id, _, _, _) = try chat.outcome(owner, sending("secret", to: conversation)) else {
            throw Unexpected(what: "no message")
        }
        return (owner, id)
    }

    @Test(arguments: questions.indices)
    func `a hidden conversation is answered as an unknown one`(index: Int) throws {
        let (type, command) = Self.questions[index]
        let chat = Transcript { settings in
            settings.hidesExistence = true
            settings.autoCreateOnJoin = false
        }
        let (_, id) = try message(chat, in: "vault")
        let stranger = try chat.connect("mallory")
        let unknown = MessageID(.init(handle: 1, seq: 1))
        let ofHidden = try chat.refusal(stranger, command(.named("vault"), id))
        let ofNothing = try chat.refusal(stranger, command(.named("nothing"), unknown))
        #expect(ofHidden == ofNothing, "\(type)")
        #expect(ofHidden.code == .notFound, "\(type)")
    }

    @Test func `reads of a hidden conversation are answered as of an unknown one`() throws {
        let chat = Transcript { $0.hidesExistence = true }
        _ = try message(chat, in: "vault")
        let stranger = try chat.connect("mallory")
        for (_, read) in Self.reads {
            let ofHidden = try chat.read(stranger, read(ConversationID.named("vault")))
            #expect(try ofHidden == chat.read(stranger, read(ConversationID.named("nothing"))))
            #expect(ofHidden == .failure(.unknownConversation))
        }
    }

    @Test func `without the setting a stranger is no member, and a public conversation hides nothing`() throws {
        let open = Transcript()
        _ = try message(open, in: "vault")
        #expect(try open.refusal(open.connect("mallory"), sending("hi", to: "vault")).code == .notMember)
        let hiding = Transcript { $0.hidesExistence = true }
        _ = try hiding.outcome(hiding.connect("alice"), .join(.named("square")))
        #expect(try hiding.refusal(hiding.connect("mallory"), sending("hi", to: "square")).code == .notMember)
    }

    // MARK: History

    private func seqs(_ chat: Transcript, _ actor: Actor, _ position: MessageHistory.Position, limit: Int = 50) throws
        -> (seqs: [Int64], hasMore: Bool)
    {
        let request = MessageHistory(conversationID: try .named("room"), position: position, limit: limit)
        guard case .success(_, .history(let messages, let hasMore)) = try chat.read(actor, .history(request)) else {
            throw Unexpected(what: "no page")
        }
        return (messages.map(\.seq), hasMore)
    }

    private func listed(_ chat: Transcript, _ actor: Actor) throws -> Message? {
        guard case .success(_, .conversations(let list, _)) = try chat.read(actor, .list(Page())) else {
            throw Unexpected(what: "no list")
        }
        return list.first?.lastMessage
    }

    @Test func `where history begins with the membership, nothing before it is seen`() throws {
        let chat = Transcript { $0.history = .joined }
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        for number in 1...3 { _ = try chat.outcome(alice, sending("\(number)", to: "room")) }
        let bob = try chat.connect("bob")
        _ = try chat.outcome(bob, .join(.named("room")))
        #expect(try seqs(chat, bob, .latest) == ([], false))
        #expect(try listed(chat, bob) == nil)
        for number in 4...6 { _ = try chat.outcome(alice, sending("\(number)", to: "room")) }
        #expect(try seqs(chat, bob, .latest) == ([4, 5, 6], false))
        #expect(try seqs(chat, bob, .latest, limit: 2) == ([5, 6], true))
        #expect(try seqs(chat, bob, .before(seq: 5)) == ([4], false))
        #expect(try seqs(chat, bob, .before(seq: 3)) == ([], false))
        #expect(try seqs(chat, bob, .after(seq: 0), limit: 2) == ([4, 5], true))
        #expect(try listed(chat, bob)?.seq == 6)
        #expect(try seqs(chat, alice, .latest) == ([1, 2, 3, 4, 5, 6], false))
        // Whoever goes and comes back begins anew.
        _ = try chat.outcome(
            bob,
            .leave(ConversationLeave(conversationID: .named("room"), endsMembership: true))
        )
        _ = try chat.outcome(bob, .join(.named("room")))
        #expect(try seqs(chat, bob, .latest) == ([], false))
        // A backend that moderates sees all.
        #expect(
            try seqs(chat, chat.connect("backend", scopes: [.chatRead, .admin]), .latest).seqs == [1, 2, 3, 4, 5, 6]
        )
    }

    @Test func `shared history is seen whole`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        _ = try chat.outcome(alice, sending("before", to: "room"))
        let bob = try chat.connect("bob")
        _ = try chat.outcome(bob, .join(.named("room")))
        #expect(try seqs(chat, bob, .latest) == ([1], false))
    }

    // MARK: Channels and backends

    @Test(arguments: ChatSettings.Posting.allCases)
    func `a channel is for its moderators to post in, unless it is opened`(posting: ChatSettings.Posting) throws {
        let chat = Transcript { $0.channelPosting = posting }
        let owner = try chat.connect("alice")
        let create = ConversationCreate(
            kind: .channel,
            memberIDs: [try .named("bob")],
            visibility: .public,
            conversationID: try .named("news")
        )
        _ = try chat.outcome(owner, .create(create))
        let answer = try chat.answer(chat.connect("bob"), sending("me too", to: "news"))
        switch posting {
        case .moderators: #expect(answer == .failure(SpecError(.forbidden, reason: "role")))
        case .members:
            guard case .success = answer else { throw Unexpected(what: "\(answer)") }
        }
        // Opened or not, whoever only reads does not post.
        _ = try chat.outcome(
            owner,
            .role(ConversationRole(conversationID: .named("news"), userID: .named("bob"), role: .readonly))
        )
        #expect(try chat.refusal(chat.connect("bob"), sending("again", to: "news")).reason == "role")
    }

    @Test func `a backend with scope admin edits what another wrote, one that moderates does not`() throws {
        let chat = Transcript()
        let (_, id) = try message(chat, in: "vault")
        let edit = ChatRequest.Command.edit(
            MessageEdit(messageID: id, conversationID: nil, content: "redacted", ifVersion: nil)
        )
        let moderator = try chat.connect("moderator", scopes: [.chatRead, .chatWrite, .moderate])
        #expect(try chat.refusal(moderator, edit).reason == "not_author")
        let backend = try chat.connect("backend", scopes: [.chatWrite, .admin])
        let deliveries = try chat.say(backend, edit)
        guard case .messageUpdated(let event) = deliveries.events.first else { throw Unexpected(what: "no event") }
        #expect(event.editedBy == backend.user.user)
        #expect(event.content == "redacted")
    }
}

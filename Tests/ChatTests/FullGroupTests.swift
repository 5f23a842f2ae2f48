import CAASProtocol
import Testing

@testable import Chat

@Suite("Full groups, and who may make what, R25, R26") struct FullGroupTests {
    private let chat = Transcript { $0.groupMembers = 3 }

    private func creation(_ kind: ConversationKind, _ others: [String], _ name: String = "room") throws
        -> ChatRequest.Command
    {
        .create(
            ConversationCreate(
                kind: kind,
                memberIDs: try others.map { try .named($0) },
                visibility: .public,
                conversationID: try .named(name)
            )
        )
    }

    private static let full = SpecError(.forbidden, reason: "full", details: [.init("limit", .integer(3))])

    // MARK: R25

    @Test func `a group is made with as many members as the setting says, the creator among them`() throws {
        let alice = try chat.connect("alice")
        #expect(try chat.refusal(alice, creation(.group, ["b", "c", "d"])) == Self.full)
        #expect(try chat.storage.read { try $0.conversation(key("room")) } == nil)
        // Whoever names itself too is counted once.
        _ = try chat.outcome(alice, creation(.group, ["alice", "b", "c"]))
    }

    @Test func `nobody joins a full group, until somebody has left it`() throws {
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, creation(.group, ["b"]))
        _ = try chat.outcome(chat.connect("c"), .join(.named("room")))
        let late = try chat.connect("d")
        #expect(try chat.refusal(late, .join(.named("room"))) == Self.full)
        // Who is a member already may come in.
        let member = try chat.connect("b")
        _ = try chat.outcome(member, .join(.named("room")))
        _ = try chat.outcome(member, .leave(ConversationLeave(conversationID: .named("room"), endsMembership: true)))
        _ = try chat.outcome(late, .join(.named("room")))
    }

    @Test func `an invitation beyond the limit is refused as a whole, and members in it do not count`() throws {
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, creation(.group, ["b"]))
        #expect(try chat.refusal(alice, invitation("c", "d")) == Self.full)
        #expect(try chat.outcome(alice, invitation("b", "c")) == .invited([.named("c")], offset: 1, duplicate: false))
        #expect(try chat.refusal(alice, invitation("d")) == Self.full)
        #expect(try chat.outcome(alice, invitation("c")) == .invited([], offset: nil, duplicate: false))
    }

    @Test func `a channel is never full`() throws {
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, creation(.channel, ["b", "c", "d"]))
        _ = try chat.outcome(alice, invitation("e"))
        _ = try chat.outcome(chat.connect("f"), .join(.named("room")))
    }

    private func invitation(_ users: String...) throws -> ChatRequest.Command {
        .invite(ConversationInvite(conversationID: try .named("room"), userIDs: try users.map { try .named($0) }))
    }

    private func key(_ conversation: String) throws -> ConversationKey {
        ConversationKey(tenant: try #require(TenantID("acme")), conversation: try .named(conversation))
    }

    // MARK: R26

    @Test(arguments: ChatSettings.Creation.allCases, ConversationKind.allCases)
    func `clients make what the policy allows, backends everything`(
        policy: ChatSettings.Creation,
        kind: ConversationKind
    ) throws {
        let chat = Transcript { $0.creation = policy }
        let tenant = try #require(TenantID("acme"))
        let isAllowed = policy == .all || (policy == .direct && kind == .direct)
        for (name, scopes) in [("user", Scopes.standard), ("moderator", [.chatWrite, .moderate])] {
            let answer = try chat.answer(chat.connect(name, scopes: scopes), creation(kind, ["bob"], name))
            guard isAllowed else {
                #expect(answer == .failure(SpecError(.forbidden, reason: "policy")), "\(name)")
                continue
            }
            guard case .success = answer else { throw Unexpected(what: "\(name): \(answer)") }
        }
        let byItself = try #require(Actor.key("k1", tenant: tenant, scopes: .standard, asUser: nil))
        let asUser = try #require(Actor.key("k1", tenant: tenant, scopes: .standard, asUser: .named("carol")))
        _ = try chat.outcome(chat.connect("admin", scopes: [.chatWrite, .admin]), creation(kind, ["bob"], "c1"))
        _ = try chat.outcome(byItself.at(.caller(1)), creation(kind, ["dave", "eve"], "c2"))
        _ = try chat.outcome(asUser.at(.caller(2)), creation(kind, ["bob"], "c3"))
    }
}

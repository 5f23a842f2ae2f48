import CAASProtocol
import Testing

@testable import Chat

@Suite("Users nobody has met, R26") struct KnownUserTests {
    private let chat = Transcript { $0.autoCreateUsers = false }

    private func creation(_ kind: ConversationKind, _ members: [String]) throws -> ChatRequest.Command {
        let members = try members.map { try UserID.named($0) }
        return .create(ConversationCreate(kind: kind, memberIDs: members, conversationID: try .named("room")))
    }

    private func invitation(_ users: [String]) throws -> ChatRequest.Command {
        .invite(ConversationInvite(conversationID: try .named("room"), userIDs: try users.map { try .named($0) }))
    }

    private func isUnknownStranger(_ error: SpecError, _ field: String) -> Bool {
        error.code == .notFound && error.reason == "user" && error.field == field
            && error.details.contains(.init("userId", .text("stranger")))
    }

    @Test(arguments: [ConversationKind.direct, .group, .channel])
    func `naming one makes no conversation and no user`(_ kind: ConversationKind) throws {
        let alice = try chat.connect("alice")
        for _ in 0..<2 {
            let error = try chat.refusal(alice, creation(kind, ["stranger"]), frame: "c1")
            #expect(isUnknownStranger(error, "data.memberIds"))
        }
        // The refusal left nothing, and the id is free for another try.
        _ = try chat.connect("stranger")
        guard case .created(_, false, false) = try chat.outcome(alice, creation(kind, ["stranger"]), frame: "c1")
        else { throw Unexpected(what: "another outcome") }
    }

    @Test func `inviting one among others invites nobody`() throws {
        let (alice, _) = (try chat.connect("alice"), try chat.connect("bob"))
        _ = try chat.outcome(alice, creation(.group, []))
        #expect(isUnknownStranger(try chat.refusal(alice, invitation(["bob", "stranger"])), "data.userIds"))
        guard case .invited(let added, let offset, _) = try chat.outcome(alice, invitation(["bob"])) else {
            throw Unexpected(what: "another outcome")
        }
        #expect(added == [try .named("bob")])
        #expect(offset == 1)
    }

    @Test func `whoever may not invite does not learn who exists`() throws {
        let (alice, mallory) = (try chat.connect("alice"), try chat.connect("mallory"))
        _ = try chat.outcome(alice, creation(.group, []))
        #expect(try chat.refusal(mallory, invitation(["stranger"])).code == .notMember)
    }

    @Test func `by default they exist from then on`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, creation(.group, ["stranger"]))
        _ = try chat.outcome(alice, invitation(["other"]))
        let key = UserKey(tenant: alice.user.tenant, user: try .named("stranger"))
        #expect(try chat.storage.read { try $0.user(key) } != nil)
    }
}

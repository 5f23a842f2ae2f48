import CAASProtocol
import Testing

@testable import Chat

/// Alice and Bob, who know each other, each on two devices, all of which have joined their conversation "pair".
final class BlockScene {
    let chat: Transcript
    let alice: Actor
    let laptop: Actor
    let bob: Actor
    let phone: Actor
    let pair = ConversationID.sample("pair")
    private var ears = Ears()
    /// The answers to the last request.
    private(set) var answers: [Acknowledgement] = []

    init(_ change: (inout ChatSettings) -> Void = { _ in }) throws {
        chat = Transcript(change)
        alice = try chat.connect("alice")
        laptop = try chat.connect("alice")
        bob = try chat.connect("bob")
        phone = try chat.connect("bob")
        _ = try hear(alice, .create(.direct("pair", with: "bob")))
        for actor in [alice, laptop, bob, phone] { _ = try hear(actor, .join(pair)) }
        _ = try hear(bob, sending("hi", to: "pair"))
    }

    /// One request, and what everybody hears.
    func hear(_ actor: Actor, _ command: ChatRequest.Command) throws -> [Ears.Heard] {
        let deliveries = try chat.say(actor, command)
        answers = deliveries.answers(to: actor)
        return ears.hear(deliveries)
    }

    /// What everybody hears within the time.
    func wait(_ duration: Duration) -> [Ears.Heard] { ears.hear(chat.wait(duration)) }

    /// Whether a connection reads the conversation of the two.
    func reads(_ actor: Actor) -> Bool {
        chat.service.audience.readers(of: alice.key(pair)).contains(actor.connection)
    }
}

extension ChatRequest.Command {
    static func block(_ user: String, on: Bool = true) throws -> ChatRequest.Command {
        .block(UserBlock(userID: try .named(user), on: on))
    }

    static func invite(_ users: [String], to conversation: String, as role: MemberRole = .member) throws -> Self {
        .invite(
            ConversationInvite(
                conversationID: try .named(conversation),
                userIDs: try users.map { try .named($0) },
                role: role
            )
        )
    }
}

extension ConversationID {
    static func sample(_ name: String) -> ConversationID {
        guard let id = ConversationID(name) else { preconditionFailure("no conversation id") }
        return id
    }
}

extension ConversationCreate {
    static func direct(_ id: String, with user: String) throws -> ConversationCreate {
        ConversationCreate(kind: .direct, memberIDs: [try .named(user)], conversationID: try .named(id))
    }

    static func group(_ id: String, _ members: [String]) throws -> ConversationCreate {
        ConversationCreate(
            kind: .group,
            memberIDs: try members.map { try .named($0) },
            conversationID: try .named(id)
        )
    }
}

extension Actor {
    func key(_ conversation: ConversationID) -> ConversationKey {
        ConversationKey(tenant: user.tenant, conversation: conversation)
    }

    /// A backend's key that acts by itself.
    static func backend(_ scopes: Scopes = .admin) throws -> Actor {
        let tenant = try #require(TenantID("acme"))
        return try #require(Actor.key("k1", tenant: tenant, scopes: scopes, asUser: nil)).at(.caller(1))
    }
}

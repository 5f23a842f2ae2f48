import CAASProtocol
import Testing

@testable import Chat

extension Transcript {
    /// Rows that presence keeps at present.
    var rows: Int { service.presence.people.count }
    /// Rows that there is room for.
    var room: Int { service.presence.people.capacity }

    /// Connects `name`, a partner of `user` in a direct conversation.
    func friend(of user: String, named name: String = "bob") throws -> Actor {
        let friend = try connect(name)
        let creation = ConversationCreate(kind: .direct, memberIDs: [try .named(user)])
        _ = try outcome(friend, .create(creation))
        _ = wait(.seconds(4))
        return friend
    }

    /// What a connection is told within the time, which is enough to be told again.
    func updates(to actor: Actor, after duration: Duration = .seconds(4)) -> [Presence] {
        wait(duration).presences(to: actor)
    }

    /// The same in words.
    func seen(by actor: Actor, after duration: Duration = .seconds(4)) -> [String] {
        updates(to: actor, after: duration).map { "\($0.userID.rawValue) \($0.status.rawValue)" }
    }

    /// Asks for users, step by step, and returns the answer.
    func watching(_ actor: Actor, _ users: [String]) throws -> Acknowledgement {
        let subscription = PresenceSubscription(userIDs: try users.map { try .named($0) })
        var deliveries = try say(actor, .presence(.watch(subscription)))
        while case .again(let request)? = deliveries.first { deliveries = process([request]) }
        return try #require(deliveries.answers(to: actor).first)
    }

    func snapshots(_ actor: Actor, _ users: [String]) throws -> [Presence] {
        guard case .success(_, .presences(let presences)) = try watching(actor, users) else {
            throw Unexpected(what: "no snapshot")
        }
        #expect(presences.map(\.userID.rawValue) == users)
        return presences
    }

    func snapshot(_ actor: Actor, _ user: String) throws -> Presence {
        try #require(try snapshots(actor, [user]).first)
    }
}

extension [Delivery] {
    /// What one connection is told of presence, in order.
    func presences(to actor: Actor) -> [Presence] {
        directEvents(to: actor).compactMap { if case .presenceUpdate(let presence) = $0 { presence } else { nil } }
    }
}

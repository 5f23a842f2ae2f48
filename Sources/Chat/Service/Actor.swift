import CAASProtocol

/// One connection of one authenticated user: who asks, and where the answer goes.
///
/// Immutable; a refreshed token makes a new one.
package final class Actor: Sendable {
    /// The connection that acts.
    package let connection: ConnectionID
    /// The user it acts for.
    package let user: UserKey
    /// What the token opens (R56).
    package let scopes: Scopes
    /// The token's `name` and `picture` (R26).
    package let name: String?
    package let avatarURL: String?
    /// Whether the connection also gets its own durable events (R16).
    package let echo: Bool
    /// Whether conversations that it has not joined are delivered too (R28).
    package let inbox: Bool

    package init(
        connection: ConnectionID,
        user: UserKey,
        scopes: Scopes = .standard,
        name: String? = nil,
        avatarURL: String? = nil,
        echo: Bool = false,
        inbox: Bool = true
    ) {
        self.connection = connection
        self.user = user
        self.scopes = scopes
        self.name = name
        self.avatarURL = avatarURL
        self.echo = echo
        self.inbox = inbox
    }

    /// The rights in a conversation: the member's role, or more where a scope gives more (R30).
    func role(as member: MemberRecord?) -> MemberRole? {
        if scopes.contains(.admin) { return .owner }
        guard scopes.contains(.moderate) else { return member?.role }
        return max(member?.role ?? .moderator, .moderator)
    }
}

/// One connection of this node.
///
/// Carries the number of its event loop, so that a delivery finds the loop without a table.
package struct ConnectionID: Hashable, Sendable {
    /// Which event loop of this node.
    package let loop: Int
    /// Unique on this node for its life.
    package let number: UInt64

    package init(loop: Int, number: UInt64) {
        self.loop = loop
        self.number = number
    }
}

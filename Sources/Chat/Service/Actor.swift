import CAASProtocol

/// Who asks, and where the answer goes: a user on a connection, or a caller without one (R70).
///
/// Immutable; a refreshed token makes a new one.
package final class Actor: Sendable {
    /// The connection that acts, or the place of a caller without one.
    package let connection: ConnectionID
    /// The user it acts for; for a backend's key that acts by itself, the key's name.
    package let user: UserKey
    /// The backend's key that acts (R60); nil for a user's own token.
    package let key: BackendKey?
    /// What the user's connections are told apart by; nil for a caller without one.
    package let session: SessionName?
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
        inbox: Bool = true,
        key: BackendKey? = nil,
        session: SessionName? = nil
    ) {
        self.connection = connection
        self.user = user
        self.scopes = scopes
        self.name = name
        self.avatarURL = avatarURL
        self.echo = echo
        self.inbox = inbox
        self.key = key
        self.session = session
    }

    /// The same one, with its answer going to `connection`.
    func at(_ connection: ConnectionID) -> Actor {
        Actor(
            connection: connection,
            user: user,
            scopes: scopes,
            name: name,
            avatarURL: avatarURL,
            echo: echo,
            inbox: inbox,
            key: key,
            session: session
        )
    }

    /// Whether it takes part in calls (R56); guests do not (R60).
    var mayCall: Bool { scopes.allow(.callAnswer) && !user.user.namesGuest }

    /// Whether a user acts, who can be an author and a member; else it is a key by itself.
    package var isUser: Bool { key?.actsByItself != true }

    /// The rights in a conversation: the member's role, or more where a scope gives more (R30).
    func role(as member: MemberRecord?) -> MemberRole? {
        if scopes.contains(.admin) { return .owner }
        guard scopes.contains(.moderate) else { return member?.role }
        return max(member?.role ?? .moderator, .moderator)
    }
}

/// What a connection is called outside of the service.
package struct SessionName: Sendable, Hashable {
    /// The `sessionId` of `session:ready` (R10).
    package let id: String
    package let deviceID: String
    /// Whether the user's token named the device, so that it is known again.
    package let hasNamedDevice: Bool
    /// How it is connected, such as `websocket`.
    package let transport: String

    package init(id: String, deviceID: String, hasNamedDevice: Bool = true, transport: String) {
        self.id = id
        self.deviceID = deviceID
        self.hasNamedDevice = hasNamedDevice
        self.transport = transport
    }

    /// The device where it is known again; nil for one that was named for this session alone.
    var namedDevice: String? { hasNamedDevice ? deviceID : nil }

    func isOn(_ device: String) -> Bool { device.isDevice(namedDevice) }
}

/// One connection of this node, or one caller that waits without one.
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

    /// No connection: the place of a caller in ``Callers``.
    static func caller(_ number: UInt64) -> ConnectionID { ConnectionID(loop: -1, number: number) }

    /// Whether a caller is meant, which no event loop knows.
    package var isCaller: Bool { loop < 0 }
}

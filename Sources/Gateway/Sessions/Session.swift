import CAASProtocol
import Chat
import WebSocketWire

/// An authenticated user on a connection.
struct Session {
    let actor: Actor
    /// The token's end; Unix milliseconds (R58).
    let expiresAt: Int64
    private let form: WireForm

    init(_ token: VerifiedToken, options: SessionOptions, connection: ConnectionID, form: WireForm = .plain) {
        expiresAt = token.expiresAt
        self.form = form
        actor = Actor(
            connection: connection,
            user: UserKey(tenant: token.tenant, user: token.user),
            scopes: token.scopes,
            name: token.name,
            avatarURL: token.picture,
            echo: options.echo,
            inbox: options.inbox,
            // 128 random bits, and the token's `dev` or a device made for this session (R10).
            session: SessionName(
                id: Self.randomID(),
                deviceID: token.device ?? Self.randomID(after: "dev_"),
                hasNamedDevice: token.device != nil,
                transport: form.rawValue
            )
        )
    }

    var id: String { name.id }

    private var name: SessionName {
        guard let name = actor.session else { preconditionFailure("the actor of a session was made with its name") }
        return name
    }

    /// The data of `session:ready` (R10).
    func ready(time: Int64, settings: GatewaySettings, _ welcome: Welcome) -> SessionReady {
        let heartbeat = settings.heartbeat(form)
        return SessionReady(
            sessionID: id,
            userID: actor.user.user,
            tenantID: actor.user.tenant,
            deviceID: name.deviceID,
            name: welcome.name,
            avatarURL: welcome.avatarURL,
            resumed: false,
            serverTime: time,
            expiresAt: expiresAt,
            heartbeatInterval: heartbeat.interval.milliseconds,
            heartbeatTimeout: heartbeat.timeout.milliseconds,
            limits: SessionReady.Limits(
                frameBytes: settings.socket.textBytes,
                binaryBytes: settings.socket.binaryBytes
            ),
            lastClientIDs: welcome.lastClientIDs
        )
    }

    /// 128 random bits in hexadecimal; written in one go, so that the text has no more room than it needs.
    private static func randomID(after prefix: StaticString = "") -> String {
        let bits = UInt128.random(in: 0...UInt128.max)
        return String(unsafeUninitializedCapacity: prefix.utf8CodeUnitCount + 32) { text in
            for place in 0..<prefix.utf8CodeUnitCount { text[place] = prefix.utf8Start[place] }
            for place in 0..<32 {
                let digit = UInt8(truncatingIfNeeded: bits >> (124 - 4 * place)) & 0xF
                text[prefix.utf8CodeUnitCount + place] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return prefix.utf8CodeUnitCount + 32
        }
    }
}

/// What a client chooses for its connection: in `session:auth`, or as query parameters of the handshake (R55).
struct SessionOptions: Hashable {
    /// R16.
    var echo = false
    /// R28.
    var inbox = true
    /// R5; nil where it is absent, and 0 where it is no integer.
    var version: Int64?

    init() {}

    init(_ auth: SessionAuth) {
        echo = auth.echo
        inbox = auth.inbox
        version = auth.version
    }

    /// From the handshake's query.
    init(query: [Substring: Substring]) {
        echo = query["echo"] == "true" || query["echo"] == "1"
        inbox = !(query["inbox"] == "false" || query["inbox"] == "0")
        version = query["v"].map { Int64($0) ?? 0 }
    }
}

import CAASProtocol
import Chat
import WebSocketWire

/// An authenticated user on a connection.
struct Session {
    /// 128 random bits (R10).
    let id: String
    let actor: Actor
    /// The token's `dev`, or made for this session (R10).
    let deviceID: String
    /// The token's end; Unix milliseconds (R58).
    let expiresAt: Int64
    private let form: WireForm

    init(_ token: VerifiedToken, options: SessionOptions, connection: ConnectionID, form: WireForm = .plain) {
        id = Self.randomID()
        deviceID = token.device ?? "dev_" + Self.randomID()
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
            session: SessionName(id: id, deviceID: deviceID, transport: form.rawValue)
        )
    }

    /// The data of `session:ready` (R10).
    func ready(time: Int64, settings: GatewaySettings, _ welcome: Welcome) -> SessionReady {
        let heartbeat = settings.heartbeat(form)
        return SessionReady(
            sessionID: id,
            userID: actor.user.user,
            tenantID: actor.user.tenant,
            deviceID: deviceID,
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

    private static func randomID() -> String {
        let high = UInt64.random(in: 0...UInt64.max)
        let low = UInt64.random(in: 0...UInt64.max)
        return [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
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

extension Setting {
    private static let day = 86_400
    private static let none = Standard.words("none")

    package static let environment = Setting(
        "environment",
        .choice(["development", "production"]),
        .value(.text("development")),
        flag: true,
        "`development` trusts this machine: it signs anyone in and serves the page. `production` does neither and refuses to start with what is unsafe."
    )
    package static let host = Setting(
        "host",
        .text,
        .value(.text("localhost")),
        flag: true,
        "The address to listen on. `localhost` is 127.0.0.1 and, where there is one, ::1."
    )
    package static let port = Setting(
        "port",
        .integer(0...65_535),
        .value(.integer(8080)),
        flag: true,
        "The port for everything; 0 picks a free one."
    )
    package static let adminPort = Setting(
        "adminPort",
        .integer(0...65_535),
        .words("8081 in production; in development the same as `port`"),
        "The port for metrics and details of the health, on 127.0.0.1 alone; 0 picks a free one."
    )
    package static let data = Setting(
        "data",
        .text,
        .value(.text("./data")),
        flag: true,
        "The directory that keeps everything; made where it is missing, with its parents."
    )
    package static let jwtSecretFile = Setting(
        "jwtSecretFile",
        .text,
        .words("none; in development `jwt-secret` in the data directory, made at the first start"),
        flag: true,
        "The file with the HS256 secret: its bytes less one trailing newline, at least 32, readable by its owner alone."
    )
    package static let jwksFile = Setting(
        "jwksFile",
        .text,
        none,
        flag: true,
        "The file with an issuer's public keys (JWKS), in place of `jwtSecretFile`: EdDSA, ES256 and RS256, by `kid`."
    )
    package static let audience = Setting(
        "audience",
        .text,
        none,
        flag: true,
        "What the `aud` of every token must name; production needs it. A tenant's own goes first."
    )
    package static let issuer = Setting(
        "issuer",
        .text,
        none,
        "What the `iss` of every token must be; without it any is taken. A tenant's own goes first."
    )
    package static let publicHosts = Setting(
        "publicHosts",
        .texts,
        .words("none: any"),
        "Names that the Host field of a request may have in production; others are answered with 421."
    )
    package static let allowedOrigins = Setting(
        "allowedOrigins",
        .texts,
        .value(.texts([])),
        "Origins from which browsers may connect, besides the server's own; for all tenants. No wildcards."
    )
    package static let createPolicy = Setting(
        "createPolicy",
        .choice(["none", "direct", "all"]),
        .words("`all` in development, `direct` in production"),
        "Which conversations clients may make."
    )
    package static let autoCreateOnJoin = Setting(
        "autoCreateOnJoin",
        .flag,
        .words("`true` in development, `false` in production"),
        "Whether joining an unknown id makes a public group."
    )
    package static let autoCreateUsers = Setting(
        "autoCreateUsers",
        .flag,
        .value(.flag(true)),
        "Whether being named as a member makes a user that the service has not met; else naming one is `NOT_FOUND`."
    )
    package static let hideExistence = Setting(
        "hideExistence",
        .flag,
        .value(.flag(false)),
        "Whether a private conversation is `NOT_FOUND`, as an unknown one is, to those who are no members of it."
    )
    package static let historyVisibility = Setting(
        "historyVisibility",
        .choice(["shared", "joined"]),
        .value(.text("shared")),
        "What a new member sees of the past: `shared` is everything, `joined` what was said since."
    )
    package static let channelPosting = Setting(
        "channelPosting",
        .choice(["moderators", "members"]),
        .value(.text("moderators")),
        "Who may post in a channel: its `moderators` and owners, or all its `members`."
    )
    package static let noRateLimits = Setting(
        "noRateLimits",
        .flag,
        .value(.flag(false)),
        flag: true,
        "Lifts rates and counts, never sizes or deadlines; for tests, refused in production."
    )
    package static let allowRemoteDevelopment = Setting(
        "allowRemoteDevelopment",
        .flag,
        .value(.flag(false)),
        flag: true,
        "Lets development listen on an address that other machines reach. Whoever reaches it can be anyone."
    )
    package static let conformance = Setting(
        "conformance",
        .flag,
        .value(.flag(false)),
        flag: true,
        "Serves what conformance suites talk to: `/v1/echo`, and under `/v1/conformance/` Socket.IO and Engine.IO; refused in production."
    )
    package static let logLevel = Setting(
        "logLevel",
        .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        .value(.text("info")),
        "The least important lines that are logged to standard error."
    )
    package static let logFormat = Setting(
        "logFormat",
        .choice(["json", "text"]),
        .words("`json` in production, `text` in development"),
        "Whether a line of the log is a JSON object or words."
    )
    package static let tokenLifetime = Setting(
        "tokenLifetime",
        .integer(1...(31 * day)),
        .value(.integer(day)),
        unit: "s",
        "The longest life of a token that is accepted."
    )
    package static let authenticationTimeout = Setting(
        "authenticationTimeout",
        .integer(1...60),
        .value(.integer(10)),
        unit: "s",
        "How long a new connection has to authenticate."
    )
    package static let pingInterval = Setting(
        "pingInterval",
        .integer(1...300),
        .value(.integer(25)),
        unit: "s",
        "Silence in either direction after which the server sends a ping."
    )
    package static let pongTimeout = Setting(
        "pongTimeout",
        .integer(1...300),
        .value(.integer(20)),
        unit: "s",
        "How long after a ping a client that sends nothing counts as gone."
    )
    package static let bodyBytes = Setting(
        "bodyBytes",
        .integer(1024...16_777_216),
        .value(.integer(1_048_576)),
        unit: "bytes",
        "The body of an HTTP request at most."
    )
    package static let queuedBytes = Setting(
        "queuedBytes",
        .integer(65_536...67_108_864),
        .value(.integer(1_048_576)),
        unit: "bytes",
        "What may wait for a slow reader before its connection is closed with 4102."
    )
    package static let stalledTimeout = Setting(
        "stalledTimeout",
        .integer(1...300),
        .value(.integer(30)),
        unit: "s",
        "How long a slow reader may take nothing before its connection is closed with 4102."
    )
    package static let drainTimeout = Setting(
        "drainTimeout",
        .integer(1...300),
        .value(.integer(30)),
        unit: "s",
        "How long SIGTERM waits for connections to end."
    )
    package static let reconnectWindow = Setting(
        "reconnectWindow",
        .integer(0...300),
        .value(.integer(15)),
        unit: "s",
        "The time over which clients of a draining server are told to spread their return."
    )
    package static let groupMembers = Setting(
        "groupMembers",
        .integer(2...100_000),
        .value(.integer(5_000)),
        unit: "members",
        "Members of a group at most."
    )
    package static let joinedConversations = Setting(
        "joinedConversations",
        .integer(1...10_000),
        .value(.integer(500)),
        unit: "conversations",
        "Conversations that one connection may have joined."
    )
    package static let typingAudience = Setting(
        "typingAudience",
        .integer(0...100_000),
        .value(.integer(500)),
        unit: "connections",
        "Joined connections above which nobody is told who types."
    )
    package static let editWindow = Setting(
        "editWindow",
        .integer(1...(3650 * day)),
        .words("none: for ever"),
        unit: "s",
        "How long after sending a message may be edited."
    )
    package static let deleteWindow = Setting(
        "deleteWindow",
        .integer(1...(3650 * day)),
        .words("none: for ever"),
        unit: "s",
        "How long after sending its author may delete a message."
    )

    /// Every setting but `tenants`, which is a list of objects and stands in the file alone.
    package static let all: [Setting] = [
        environment, host, port, data, jwtSecretFile, jwksFile, audience, publicHosts, allowedOrigins, createPolicy,
        autoCreateOnJoin, hideExistence, historyVisibility, channelPosting, noRateLimits, allowRemoteDevelopment,
        conformance, logLevel, tokenLifetime, authenticationTimeout, pingInterval, pongTimeout, bodyBytes, queuedBytes,
        stalledTimeout, headTimeout, requestTimeout, frameTimeout, messageTimeout, trustedProxies, connectRate,
        failedConnects, waitingSockets, userConnections, drainTimeout,
        reconnectWindow, groupMembers, joinedConversations, typingAudience, editWindow, deleteWindow,
        adminPort, logFormat, issuer, autoCreateUsers, engineMaxPayload, enginePingInterval, enginePingTimeout,
        engineCookie, socketIOConnectTimeout, socketIOClientFile,
        callPolicy, ringTimeout, callerGrace, callGrace, callDuration, callWaiting, turnURLs, turnSecretFile,
        turnLifetime,
        compressionEnabled, compressionThreshold, compressionLevel,
        userFileBytes, tenantFileBytes, unfinishedFileLife, publicURL,
        presenceVisibility, presenceGrace, presenceInterval, presenceAwayAfter, presenceWatchedUsers,
    ]

    static func named(_ name: String) -> Setting? {
        all.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

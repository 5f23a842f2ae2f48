/// What peers may cost, and who counts as one.
extension Setting {
    package static let headTimeout = Setting(
        "headTimeout",
        .integer(1...60),
        .value(.integer(10)),
        unit: "s",
        "How long the head of an HTTP request may take; also how long a new connection may say nothing."
    )
    package static let requestTimeout = Setting(
        "requestTimeout",
        .integer(1...600),
        .value(.integer(20)),
        unit: "s",
        "How long an HTTP request with its body may take, from the end of its head."
    )
    package static let frameTimeout = Setting(
        "frameTimeout",
        .integer(1...600),
        .value(.integer(30)),
        unit: "s",
        "How long one WebSocket frame may take from its first to its last byte."
    )
    package static let messageTimeout = Setting(
        "messageTimeout",
        .integer(1...600),
        .value(.integer(60)),
        unit: "s",
        "How long one WebSocket message in several frames may take from its first to its last byte."
    )
    package static let trustedProxies = Setting(
        "trustedProxies",
        .texts,
        .value(.texts([])),
        "Addresses of reverse proxies, or blocks such as `10.0.0.0/8`, whose `X-Forwarded-For` says who a client is."
    )
    package static let connectRate = Setting(
        "connectRate",
        .integer(1...100_000),
        .value(.integer(2_000)),
        unit: "sockets/s",
        "Sockets that the node takes, and twice as many at once; others are answered with 503."
    )
    package static let failedConnects = Setting(
        "failedConnects",
        .integer(1...100_000),
        .value(.integer(60)),
        unit: "sockets/min",
        "Sockets of one address that may fail to authenticate; beyond, such ones are told to come back later."
    )
    package static let waitingSockets = Setting(
        "waitingSockets",
        .integer(1...100_000),
        .value(.integer(50)),
        unit: "sockets",
        "Sockets that one address may have open without having sent a token; others are answered with 503."
    )
    package static let userConnections = Setting(
        "userConnections",
        .integer(1...10_000),
        .value(.integer(20)),
        unit: "connections",
        "Connections of one user. One more takes the place of one that was silent for 30 s, or is refused."
    )
}

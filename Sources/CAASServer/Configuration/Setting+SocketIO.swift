/// How Socket.IO and Engine.IO are spoken.
extension Setting {
    package static let enginePingInterval = Setting(
        "socketIO.pingInterval",
        .integer(100...300_000),
        .value(.integer(25_000)),
        unit: "ms",
        "How often a Socket.IO client gets a ping."
    )
    package static let enginePingTimeout = Setting(
        "socketIO.pingTimeout",
        .integer(100...300_000),
        .value(.integer(20_000)),
        unit: "ms",
        "How long after a ping a Socket.IO client that sends nothing counts as gone."
    )
    package static let engineMaxPayload = Setting(
        "socketIO.maxPayload",
        .integer(16_384...16_777_216),
        .value(.integer(1_048_576)),
        unit: "bytes",
        "The body of one POST of polling at most; clients are told. Never more than `bodyBytes`."
    )
    package static let engineCookie = Setting(
        "socketIO.cookie",
        .text,
        .words("none"),
        "The name of a cookie with the session's id that the handshake of polling sets, for balancers that want one."
    )
    package static let socketIOConnectTimeout = Setting(
        "socketIO.connectTimeout",
        .integer(100...300_000),
        .value(.integer(10_000)),
        unit: "ms",
        "How long a Socket.IO connection may be in no namespace."
    )
    package static let socketIOClientFile = Setting(
        "socketIO.clientFile",
        .text,
        .words("none"),
        "The file with the JavaScript client that `GET /socket.io/socket.io.js` answers with."
    )
}

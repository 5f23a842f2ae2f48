/// Calls, and the servers that help their media to find a way.
extension Setting {
    package static let callPolicy = Setting(
        "calls.policy",
        .choice(["shared", "anyone"]),
        .value(.text("shared")),
        "Who may call whom: those who share a direct or group conversation, or `anyone`."
    )
    package static let ringTimeout = Setting(
        "calls.ringTimeout",
        .integer(5...180),
        .value(.integer(45)),
        unit: "s",
        "How long a call rings before it is `missed`."
    )
    package static let callerGrace = Setting(
        "calls.callerGrace",
        .integer(1...300),
        .value(.integer(10)),
        unit: "s",
        "How long a call rings on for a caller whose connection broke."
    )
    package static let callGrace = Setting(
        "calls.grace",
        .integer(1...300),
        .value(.integer(30)),
        unit: "s",
        "How long those who talk wait for one whose connection broke."
    )
    package static let callDuration = Setting(
        "calls.maxDuration",
        .integer(60...86_400),
        .value(.integer(28_800)),
        unit: "s",
        "How long a call lasts at most."
    )
    package static let callWaiting = Setting(
        "calls.waiting",
        .flag,
        .value(.flag(false)),
        "Whether somebody in a call rings all the same when another one calls, instead of being busy."
    )
    package static let turnURLs = Setting(
        "turn.urls",
        .texts,
        .words("none"),
        "`stun:`, `stuns:`, `turn:` and `turns:` addresses that callers are told; relays (`turn…`) need `turn.secretFile`."
    )
    package static let turnSecretFile = Setting(
        "turn.secretFile",
        .text,
        .words("none"),
        "The file with the secret shared with the relays (coturn: `static-auth-secret`): 16 to 4096 bytes less one trailing newline, for its owner alone."
    )
    package static let turnLifetime = Setting(
        "turn.ttl",
        .integer(60...86_400),
        .value(.integer(3_600)),
        unit: "s",
        "How long the credentials for the relays hold."
    )
}

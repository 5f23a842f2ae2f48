/// How presence is kept and told.
extension Setting {
    package static let presenceVisibility = Setting(
        "presence.visibility",
        .choice(["shared", "tenant"]),
        .value(.text("shared")),
        "Who sees whether a user is there: those who share a direct or group conversation, or everybody of the `tenant`."
    )
    package static let presenceGrace = Setting(
        "presence.grace",
        .integer(0...300_000),
        .value(.integer(15_000)),
        unit: "ms",
        "How long a connection that broke still counts as there; one that its client closed does not."
    )
    package static let presenceInterval = Setting(
        "presence.interval",
        .integer(100...60_000),
        .value(.integer(3_000)),
        unit: "ms",
        "The shortest time between two tellings of one user's presence; the newest counts."
    )
    package static let presenceAwayAfter = Setting(
        "presence.awayAfter",
        .integer(500...86_400_000),
        .value(.integer(300_000)),
        unit: "ms",
        "How long none of a user's connections may say anything before the user is away."
    )
    package static let presenceWatchedUsers = Setting(
        "presence.watchedUsers",
        .integer(1...10_000),
        .value(.integer(500)),
        unit: "users",
        "Users that one connection may watch by `presence:subscribe`."
    )
}

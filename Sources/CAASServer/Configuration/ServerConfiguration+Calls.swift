package import Chat

/// What calls are given.
extension ServerConfiguration {
    mutating func takeCalls(_ sources: inout SettingSources) {
        callPolicy = sources.text(.callPolicy).flatMap { .init(rawValue: $0) } ?? callPolicy
        ringTimeout = sources.seconds(.ringTimeout) ?? ringTimeout
        callerGrace = sources.seconds(.callerGrace) ?? callerGrace
        callGrace = sources.seconds(.callGrace) ?? callGrace
        callDuration = sources.seconds(.callDuration) ?? callDuration
        callWaiting = sources.flag(.callWaiting) ?? callWaiting
        turnURLs = sources.texts(.turnURLs) ?? turnURLs
        turnSecretFile = sources.text(.turnSecretFile)
        turnLifetime = sources.seconds(.turnLifetime) ?? turnLifetime
    }

    /// What is wrong with the settings of calls.
    var callProblems: [String] {
        var problems = turnURLs.filter { !Self.isICEServer($0) }.map {
            "`turn.urls`: `\($0)` is no address such as `turn:turn.example.org:3478?transport=udp`."
        }
        if turnURLs.contains(where: TURNSettings.isRelay), turnSecretFile == nil {
            problems.append("`turn.urls` names a relay, which needs `turn.secretFile`.")
        }
        do throws(ConfigurationError) {
            _ = try chatSettingsWithSecrets()
        } catch {
            problems += error.problems
        }
        return problems
    }

    /// The settings of the chat service, with the secret that it shares with relays.
    package func chatSettingsWithSecrets() throws(ConfigurationError) -> ChatSettings {
        var settings = chatSettings
        if let turnSecretFile { settings.calls.turn.secret = try SecretFile.read(turnSecretFile, length: 16...4096) }
        return settings
    }

    private static func isICEServer(_ url: String) -> Bool {
        let schemes = ["stun:", "stuns:", "turn:", "turns:"]
        guard let scheme = schemes.first(where: { url.utf8.starts(with: $0.utf8) }) else { return false }
        let rest = url.utf8.dropFirst(scheme.utf8.count)
        return !rest.isEmpty && rest.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }
}

import CAASProtocol
package import Chat
package import Gateway
import WebSocketWire

/// What the parts of the service are given.
extension ServerConfiguration {
    package var gatewaySettings: GatewaySettings {
        var settings = GatewaySettings()
        settings.environment = environment
        settings.publicHosts = publicHosts
        settings.allowsRemoteDevelopment = allowRemoteDevelopment
        settings.servesSuites = conformance
        settings.countsRates = !noRateLimits
        settings.bodyBytes = bodyBytes
        settings.socket.pingInterval = pingInterval
        settings.socket.pongTimeout = pongTimeout
        settings.queuedBytes = queuedBytes
        settings.stalledFor = stalledTimeout
        settings.authenticationTimeout = authenticationTimeout
        settings.tokenLifetime = tokenLifetime
        settings.requestTimes.head = headTimeout
        settings.requestTimes.request = requestTimeout
        settings.socket.frameDuration = frameTimeout
        settings.socket.messageDuration = messageTimeout
        settings.trustedProxies = trustedProxies.compactMap { AddressBlock($0) }
        settings.connectRate = connectRate
        settings.failedConnects = failedConnects
        settings.admission.waitingPerAddress = waitingSockets
        settings.engine.pingInterval = enginePingInterval
        settings.engine.pingTimeout = enginePingTimeout
        settings.engine.maxPayload = min(engineMaxPayload, bodyBytes)
        settings.engine.cookie = engineCookie
        settings.engine.connectTimeout = socketIOConnectTimeout
        settings.compression = compression
        settings.drainTimeout = drainTimeout
        settings.reconnectWindow = reconnectWindow
        settings.awayAfter = presenceAwayAfter
        return settings
    }

    /// The port that metrics and details have to themselves; nil where they share the one of everything.
    package var ownAdminPort: Int? {
        adminPort ?? (environment == .production ? 8081 : nil)
    }

    /// How lines of the log are written.
    package var effectiveLogFormat: LogFormat {
        logFormat ?? (environment == .production ? .json : .text)
    }

    package var chatSettings: ChatSettings {
        var settings = ChatSettings()
        settings.creation = createPolicy ?? (environment == .production ? .direct : .all)
        settings.autoCreateOnJoin = autoCreateOnJoin ?? (environment == .development)
        settings.autoCreateUsers = autoCreateUsers
        settings.hidesExistence = hideExistence
        settings.history = historyVisibility
        settings.channelPosting = channelPosting
        settings.groupMembers = groupMembers
        settings.joinedPerConnection = joinedConversations
        settings.connectionsPerUser = userConnections
        settings.typingAudience = typingAudience
        settings.presence.visibility = presenceVisibility
        settings.presence.grace = presenceGrace
        settings.presence.interval = presenceInterval
        settings.presence.watchedUsers = presenceWatchedUsers
        settings.editWindow = editWindow
        settings.deleteWindow = deleteWindow
        settings.userFileBytes = Int64(userFileBytes)
        settings.tenantFileBytes = Int64(tenantFileBytes)
        settings.unfinishedFileLife = unfinishedFileLife
        settings.countsRates = !noRateLimits
        settings.calls.policy = callPolicy
        settings.calls.ringTimeout = ringTimeout
        settings.calls.callerGrace = callerGrace
        settings.calls.grace = callGrace
        settings.calls.maxDuration = callDuration
        settings.calls.isWaiting = callWaiting
        settings.calls.turn.urls = turnURLs
        settings.calls.turn.lifetime = turnLifetime
        return settings
    }

    /// The tenants with their keys; in development the first call may make the secret, and the data directory.
    package func tenantSettings() throws(ConfigurationError) -> [TenantSettings] {
        guard !tenants.isEmpty else {
            guard let id = TenantID("default") else { preconditionFailure("the name is an id") }
            let keys =
                if let keys = try Self.keys(secret: jwtSecretFile, keySet: jwksFile) {
                    keys
                } else if environment == .development {
                    TokenKeys.secret(try SecretFile.readOrMake(inData: dataDirectory))
                } else {
                    throw ConfigurationError(["Production needs a secret or public keys."])
                }
            var only = TenantSettings(id: id, keys: keys, audience: audience, allowedOrigins: allowedOrigins)
            only.issuer = issuer
            return [only]
        }
        var settings: [TenantSettings] = []
        for tenant in tenants {
            guard let keys = try Self.keys(secret: tenant.jwtSecretFile, keySet: tenant.jwksFile) else {
                throw ConfigurationError(["The tenant `\(tenant.id)` has neither a secret nor public keys."])
            }
            // Who can sign for one tenant must not be able to sign for another.
            for other in settings where try keys.shares(other.keys) {
                throw ConfigurationError(["The tenants `\(other.id)` and `\(tenant.id)` have the same \(keys.noun)."])
            }
            let origins = allowedOrigins + tenant.allowedOrigins
            var listed = TenantSettings(id: tenant.id, keys: keys, allowedOrigins: origins)
            listed.audience = tenant.audience ?? audience
            listed.issuer = tenant.issuer ?? issuer
            settings.append(listed)
        }
        return settings
    }

    /// What the two files say, of which one may be there; nil where none is.
    static func keys(secret: String?, keySet: String?) throws(ConfigurationError) -> TokenKeys? {
        switch (secret, keySet) {
        case (nil, nil): return nil
        case (let secret?, nil): return .secret(try SecretFile.read(secret))
        case (nil, let keySet?):
            let file = KeySetFile(keySet)
            _ = try file.readOrRefuse()
            return .keySet(file)
        case (.some, .some):
            throw ConfigurationError(["`jwtSecretFile` and `jwksFile` both say how tokens are signed: set one of them."]
            )
        }
    }
}

extension TokenKeys {
    /// What the two cases are called.
    fileprivate var noun: String {
        switch self {
        case .secret: "secret"
        case .keySet: "public key"
        }
    }

    /// Whether one signature could be good for both.
    fileprivate func shares(_ other: TokenKeys) throws(ConfigurationError) -> Bool {
        switch (self, other) {
        case (.secret(let one), .secret(let other)): one == other
        case (.keySet(let one), .keySet(let other)): try one.readOrRefuse().shares(try other.readOrRefuse())
        default: false
        }
    }
}

extension KeySetFile {
    fileprivate func readOrRefuse() throws(ConfigurationError) -> KeySet {
        do throws(KeySetError) { return try read() } catch { throw ConfigurationError([error.description]) }
    }
}

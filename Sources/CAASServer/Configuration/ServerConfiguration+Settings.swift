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
        settings.hasEcho = conformance
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
        settings.drainTimeout = drainTimeout
        settings.reconnectWindow = reconnectWindow
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
        settings.hidesExistence = hideExistence
        settings.history = historyVisibility
        settings.channelPosting = channelPosting
        settings.groupMembers = groupMembers
        settings.joinedPerConnection = joinedConversations
        settings.connectionsPerUser = userConnections
        settings.typingAudience = typingAudience
        settings.editWindow = editWindow
        settings.deleteWindow = deleteWindow
        settings.countsRates = !noRateLimits
        return settings
    }

    /// The tenants with their secrets; in development the first call may make the secret, and the data directory.
    package func tenantSettings() throws(ConfigurationError) -> [TenantSettings] {
        guard !tenants.isEmpty else {
            guard let id = TenantID("default") else { preconditionFailure("the name is an id") }
            let secret =
                if let jwtSecretFile {
                    try SecretFile.read(jwtSecretFile)
                } else if environment == .development {
                    try SecretFile.readOrMake(inData: dataDirectory)
                } else {
                    throw ConfigurationError(["Production needs a secret."])
                }
            return [TenantSettings(id: id, secret: secret, audience: audience, allowedOrigins: allowedOrigins)]
        }
        var settings: [TenantSettings] = []
        for tenant in tenants {
            let secret = try SecretFile.read(tenant.jwtSecretFile)
            // Who can sign for one tenant must not be able to sign for another.
            if let other = settings.first(where: { $0.secret == secret }) {
                throw ConfigurationError(["The tenants `\(other.id)` and `\(tenant.id)` have the same secret."])
            }
            let origins = allowedOrigins + tenant.allowedOrigins
            settings.append(
                TenantSettings(
                    id: tenant.id,
                    secret: secret,
                    audience: tenant.audience ?? audience,
                    allowedOrigins: origins
                )
            )
        }
        return settings
    }
}

package import Chat
package import Gateway
package import Logging

/// How one process of the service runs; the defaults are the table's (``Setting/all``).
package struct ServerConfiguration: Sendable {
    package var environment = GatewaySettings.Environment.development
    package var host = "localhost"
    /// 0 picks a free one.
    package var port = 8080
    /// Nil leaves it to the environment.
    package var adminPort: Int?
    package var dataDirectory = "./data"
    /// Nil in development is the data directory's own, made at the first start.
    package var jwtSecretFile: String?
    /// Instead of ``jwtSecretFile`` (R57).
    package var jwksFile: String?
    package var audience: String?
    package var issuer: String?
    /// Empty is the one tenant `default` (R63).
    package var tenants: [TenantEntry] = []
    package var publicHosts: [String] = []
    package var allowedOrigins: [String] = []
    /// Nil leaves it to the environment (R26).
    package var createPolicy: ChatSettings.Creation?
    /// Nil leaves it to the environment (R26).
    package var autoCreateOnJoin: Bool?
    package var autoCreateUsers = true
    package var hideExistence = false
    package var historyVisibility = ChatSettings.History.shared
    package var channelPosting = ChatSettings.Posting.moderators
    package var noRateLimits = false
    package var allowRemoteDevelopment = false
    package var conformance = false
    package var logLevel = Logger.Level.info
    /// Nil leaves it to the environment.
    package var logFormat: LogFormat?
    /// Longest life of a token (R56).
    package var tokenLifetime = Duration.seconds(86_400)
    package var authenticationTimeout = Duration.seconds(10)
    package var pingInterval = Duration.seconds(25)
    package var pongTimeout = Duration.seconds(20)
    package var bodyBytes = 1_048_576
    package var queuedBytes = 1_048_576
    package var stalledTimeout = Duration.seconds(30)
    package var headTimeout = Duration.seconds(10)
    package var requestTimeout = Duration.seconds(20)
    package var frameTimeout = Duration.seconds(30)
    package var messageTimeout = Duration.seconds(60)
    /// Addresses and blocks of them (R61).
    package var trustedProxies: [String] = []
    package var connectRate = 2_000
    package var failedConnects = 60
    package var waitingSockets = 50
    package var userConnections = 20
    package var drainTimeout = Duration.seconds(30)
    package var reconnectWindow = Duration.seconds(15)
    package var groupMembers = 5_000
    package var joinedConversations = 500
    package var typingAudience = 500
    package var editWindow: Duration?
    package var deleteWindow: Duration?
    package var enginePingInterval = Duration.seconds(25)
    package var enginePingTimeout = Duration.seconds(20)
    package var engineMaxPayload = 1_048_576
    package var engineCookie: String?
    package var socketIOConnectTimeout = Duration.seconds(10)
    package var socketIOClientFile: String?
    package var callPolicy = CallSettings.Policy.shared
    package var ringTimeout = Duration.seconds(45)
    package var callerGrace = Duration.seconds(10)
    package var callGrace = Duration.seconds(30)
    package var callDuration = Duration.seconds(28_800)
    package var callWaiting = false
    /// Empty where clients have to do without (R47).
    package var turnURLs: [String] = []
    package var turnSecretFile: String?
    package var turnLifetime = Duration.seconds(3_600)
    package var compression = CompressionSettings()
    /// Nil makes links that are paths.
    package var publicURL: String?
    package var userFileBytes = 1_073_741_824
    package var tenantFileBytes = 107_374_182_400
    package var unfinishedFileLife = Duration.seconds(86_400)
    package var presenceVisibility = PresenceSettings.Visibility.shared
    package var presenceGrace = Duration.seconds(15)
    package var presenceInterval = Duration.seconds(3)
    package var presenceAwayAfter = Duration.seconds(300)
    package var presenceWatchedUsers = 500

    package init() {}
}

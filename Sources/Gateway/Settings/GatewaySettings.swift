package import CAASProtocol
package import WebSocketWire

/// How the front of the service behaves; defaults are those of development.
package struct GatewaySettings: Sendable {
    package enum Environment: String, Sendable, CaseIterable {
        case development
        case production
    }

    package var environment = Environment.development
    /// Host names that requests may name in production; empty allows any (R55).
    package var publicHosts: [String] = []
    /// Whether development answers requests that name other hosts than loopback ones.
    package var allowsRemoteDevelopment = false
    /// Whether there is what conformance suites ask for: `/v1/echo`, and the paths under `/v1/conformance/`.
    package var servesSuites = false
    /// Whether rates and counts (R61) are kept.
    package var countsRates = true
    /// Bytes of an HTTP request's body.
    package var bodyBytes = 1024 * 1024
    /// What one WebSocket peer may cost once it is authenticated.
    package var socket = WebSocketLimits()
    /// How Engine.IO sessions are kept (wire §5).
    package var engine = EngineSettings()
    /// What is compressed (R69).
    package var compression = CompressionSettings()
    /// Bytes that wait for a slow reader before its connection is closed (R54).
    package var queuedBytes = 1024 * 1024
    /// Whether frames go past the channel to the socket while nothing is queued.
    package var writesDirectly = true
    /// How long a slow reader may make no progress (R54).
    package var stalledFor = Duration.seconds(30)
    /// How long a new connection has to authenticate (R55).
    package var authenticationTimeout = Duration.seconds(10)
    /// Longest life of a token (R56).
    package var tokenLifetime = Duration.seconds(24 * 3600)
    /// How long SIGTERM waits for connections to end (R68).
    package var drainTimeout = Duration.seconds(30)
    /// Proxies whose `X-Forwarded-For` says where a request came from (R61).
    package var trustedProxies: [AddressBlock] = []
    /// How many connections there may be.
    package var admission = AdmissionLimits()
    /// Sockets that the node takes in a second; twice as many at once (R68).
    package var connectRate = 2_000
    /// Sockets of one address within a minute that may fail to authenticate (R61).
    package var failedConnects = 60
    /// How long HTTP requests may take.
    package var requestTimes = RequestTimes()
    /// Silence after which a connection makes room for another one of its user (R59).
    package var silentFor = Duration.seconds(30)
    /// Without a frame for this long a connection is not in use (R35).
    package var awayAfter = Duration.seconds(300)
    /// The window over which clients are told to spread their return (R68).
    package var reconnectWindow = Duration.seconds(15)

    package init() {}

    /// How often a silent connection is asked for a sign of life, and how long it has for one (R67).
    func heartbeat(_ form: WireForm) -> (interval: Duration, timeout: Duration) {
        switch form {
        case .plain: (socket.pingInterval ?? .zero, socket.pongTimeout)
        case .socketIO: (engine.pingInterval, engine.pingTimeout)
        }
    }
}

/// One tenant as configured (R63).
package struct TenantSettings: Sendable {
    package var id: TenantID
    /// What its tokens are signed with (R57).
    package var keys: TokenKeys
    /// What `aud` must contain; nil does not check it (R56).
    package var audience: String?
    /// What `iss` must be; nil does not check it (R56).
    package var issuer: String?
    /// Origins of browsers that may connect in production (R55).
    package var allowedOrigins: [String]

    package init(id: TenantID, keys: TokenKeys, audience: String? = nil, allowedOrigins: [String] = []) {
        self.id = id
        self.keys = keys
        self.audience = audience
        self.allowedOrigins = allowedOrigins
    }

    /// A tenant with an HS256 secret.
    package init(id: TenantID, secret: [UInt8], audience: String? = nil, allowedOrigins: [String] = []) {
        self.init(id: id, keys: .secret(secret), audience: audience, allowedOrigins: allowedOrigins)
    }
}

import WebSocketWire

/// What all WebSockets of one kind have in common: made once, so that each of them holds no more than a reference.
final class SocketRules: Sendable {
    /// What a peer may cost that has not said who it is.
    let stranger: SharedLimits
    /// What it may cost from then on.
    let user: SharedLimits
    /// Bytes that wait for a slow reader before its connection is closed (R54).
    let queuedBytes: Int
    /// How long a slow reader may make no progress (R54).
    let stalledFor: Duration
    /// Whether frames go past the channel to the socket while nothing is queued.
    let writesDirectly: Bool

    private init(_ settings: GatewaySettings, stranger: WebSocketLimits, user: WebSocketLimits, queuedBytes: Int) {
        self.stranger = SharedLimits(stranger)
        self.user = SharedLimits(user)
        self.queuedBytes = queuedBytes
        stalledFor = settings.stalledFor
        writesDirectly = settings.writesDirectly
    }

    /// Of chat connections.
    static func chat(_ settings: GatewaySettings) -> SocketRules {
        SocketRules(
            settings,
            stranger: settings.socket.ofStranger,
            user: settings.socket,
            queuedBytes: settings.queuedBytes
        )
    }

    /// Of what carries an Engine.IO session, which has a heartbeat of its own.
    static func carrier(_ settings: GatewaySettings) -> SocketRules {
        var user = settings.socket
        user.pingInterval = nil
        return SocketRules(settings, stranger: user.ofStranger, user: user, queuedBytes: settings.queuedBytes)
    }

    /// Of connections whose peers are nobody in particular.
    static func echo(_ settings: GatewaySettings) -> SocketRules {
        let limits = EchoEndpoint.limits
        return SocketRules(settings, stranger: limits, user: limits, queuedBytes: 2 * limits.messageBytes)
    }
}

extension WebSocketLimits {
    /// For a peer that has not said who it is.
    fileprivate var ofStranger: WebSocketLimits {
        var limits = self
        limits.textBytes = 16 * 1024
        limits.binaryBytes = 16 * 1024
        return limits
    }
}

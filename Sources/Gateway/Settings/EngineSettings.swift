import EngineIOWire

/// How Engine.IO and Socket.IO are spoken (wire §5); defaults are those of the reference server.
package struct EngineSettings: Sendable {
    package var pingInterval = Duration.seconds(25)
    package var pingTimeout = Duration.seconds(20)
    /// Bytes of the body of one POST.
    package var maxPayload = 1024 * 1024
    /// How long a connection may be in no namespace.
    package var connectTimeout = Duration.seconds(10)
    /// The name of the cookie that the handshake of polling sets; nil sets none.
    package var cookie: String?

    package init() {}

    /// The same for a session's machine.
    var machine: EngineIOSettings {
        var settings = EngineIOSettings()
        settings.pingInterval = pingInterval
        settings.pingTimeout = pingTimeout
        settings.maxPayload = maxPayload
        return settings
    }
}

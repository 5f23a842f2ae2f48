/// What can carry a session's packets.
///
/// Engine.IO v4, "Transports". WebTransport is not served and never offered.
package enum EngineIOTransport: Sendable, Hashable {
    case polling
    case websocket
}

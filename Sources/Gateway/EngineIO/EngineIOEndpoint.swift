import NIOCore
import WebSocketWire

/// What an Engine.IO session is used for.
///
/// Confined to the session's event loop, like the session that calls it.
protocol EngineIOEndpoint: AnyObject {
    /// Whether the peer has said who it is.
    var isAuthenticated: Bool { get }
    /// Whether it is a chat connection, which is told when the node ends.
    var isInService: Bool { get }
    /// What the peer may cost: larger messages are not taken, and reported by their opening.
    var limits: SharedLimits { get }

    /// The session stands.
    func opened()
    /// A message came.
    func received(_ kind: MessageKind, _ payload: ByteBuffer)
    /// A message came that was too large to keep.
    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer)
    /// The session is carried by something else than before.
    func carrierChanged()
    /// About twice a second.
    func tick(now: ContinuousClock.Instant)
    /// The session is gone; nothing follows.
    func closed()
}

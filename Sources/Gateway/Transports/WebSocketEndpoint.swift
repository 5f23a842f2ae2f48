import NIOCore
import WebSocketWire

/// What a WebSocket connection is used for.
///
/// Confined to the connection's event loop, like the transport that calls it.
protocol WebSocketEndpoint: AnyObject {
    /// The connection stands.
    func opened()
    /// A whole message came.
    func received(_ kind: MessageKind, _ payload: ByteBuffer)
    /// A message came that was too large to keep.
    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer)
    /// About twice a second.
    func tick(now: ContinuousClock.Instant)
    /// The connection is gone; nothing follows.
    func closed()
}

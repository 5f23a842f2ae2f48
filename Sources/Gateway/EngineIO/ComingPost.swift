import EngineIOWire
import NIOCore

/// A POST of polling on its way: its session knows of it from its head on, so that a second one at the same time is found out
/// however long the body of the first takes (wire §5).
///
/// Confined to its connection's event loop; ends with one of ``arrive(_:isBinary:)``, ``abandon()`` and ``cut()``.
struct ComingPost {
    let exchange: PollingExchange
    let session: EngineIOService.KnownSession
    private let engine: EngineIOService

    /// Its head has come.
    init(to session: EngineIOService.KnownSession, of engine: EngineIOService, on connection: any EventLoop) {
        exchange = PollingExchange(on: connection)
        self.session = session
        self.engine = engine
        deliver(.postHead)
    }

    /// All of it has come.
    func arrive(_ body: ByteBuffer, isBinary: Bool) { deliver(.post(body, isBinary: isBinary)) }

    /// Its connection has refused it, and the session lives on.
    func abandon() { deliver(.abandonedPost) }

    /// The client has cut it off, or was cut off.
    func cut() { deliver(.cutPost) }

    private func deliver(_ part: EngineIOService.Part) {
        engine.deliver(exchange, to: session.id, at: session.place, part)
    }
}

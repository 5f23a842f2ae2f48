import NIOCore
import WebSocketWire

/// Sends every message back: what conformance suites talk to.
final class EchoEndpoint: WebSocketEndpoint {
    /// Its own limits: suites send messages of 16 MiB in many fragments.
    static let limits: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.textBytes = 32 * 1024 * 1024
        limits.binaryBytes = 32 * 1024 * 1024
        limits.messageBytes = 32 * 1024 * 1024
        limits.fragments = 200_000
        limits.controlFramesPerSecond = 100_000
        return limits
    }()

    private let transport: WebSocketTransport

    init(transport: WebSocketTransport) {
        self.transport = transport
    }

    func opened() {}

    func received(_ kind: MessageKind, _ payload: ByteBuffer) {
        transport.send(kind, payload)
    }

    func discarded(_ kind: MessageKind, size: Int, opening: ByteBuffer) {}
    func tick(now: ContinuousClock.Instant) {}
    func closed() {}
}

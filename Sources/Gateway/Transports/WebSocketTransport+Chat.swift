import CAASProtocol
import WebSocketWire

/// A plain WebSocket carries a chat connection by itself.
extension WebSocketTransport: ChatTransport {
    var form: WireForm { .plain }
    var carrier: WebSocketTransport? { self }
    var textBytes: Int { limits.limits.textBytes }
    var binaryBytes: Int { limits.limits.binaryBytes }

    func accepted(_ session: String) {}
    func enqueue(_ frame: EncodedFrame) { enqueue(frame, as: .plain) }
    func acknowledge(_ packet: UInt64, _ acknowledgement: Acknowledgement) {}
    func refuse(_ error: SpecError, _ reason: CloseReason) -> ConnectRefusal { .unknown }
}

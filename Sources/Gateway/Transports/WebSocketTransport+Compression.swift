import NIOCore
import WebSocketWire

/// What is sent compressed where that was agreed upon and is worth it (R69).
extension WebSocketTransport {
    /// Hands over one message.
    func send(_ kind: MessageKind, _ payload: ByteBuffer) {
        if kind == .text, windowBits > 0,
            let frame = ServerFrame.deflated(payload, by: loop.compression.deflater, windowBits: Int(windowBits))
        {
            enqueue(frame)
        } else {
            enqueue(ServerFrame.message(kind, length: payload.readableBytes) { $0.writeImmutableBuffer(payload) })
        }
    }

    /// Hands over a frame in one of its forms.
    func enqueue(_ frame: EncodedFrame, as form: WireForm) {
        enqueue(frame.bytes(form, windowBits: windowBits, loop.compression.deflater), frame.mark)
    }
}

import NIOCore
import Synchronization
import WebSocketWire

/// The compressed forms of one text frame, each made when the first reader needs it and shared by all who do (R69).
///
/// The event loops that have readers share it too: whoever comes while a form is being made waits for it, which is not longer
/// than making it.
final class DeflatedFrame: Sendable {
    private struct Made {
        let form: WireForm
        let windowBits: UInt8
        let message: ByteBuffer
    }

    private let made = Mutex<[Made]>([])

    /// The message compressed with a window of 2^`windowBits`, or as it is where that makes it no smaller.
    ///
    /// - Parameter message: The whole message of a text as it is in that form.
    func message(_ message: ByteBuffer, _ form: WireForm, windowBits: UInt8, _ deflater: Deflater) -> ByteBuffer {
        made.withLock { made in
            if let known = made.first(where: { $0.form == form && $0.windowBits == windowBits }) {
                return known.message
            }
            let text = ServerFrame.messages(in: message).first?.payload
            let deflated = text.flatMap { ServerFrame.deflated($0, by: deflater, windowBits: Int(windowBits)) }
            made.append(Made(form: form, windowBits: windowBits, message: deflated ?? message))
            return deflated ?? message
        }
    }
}

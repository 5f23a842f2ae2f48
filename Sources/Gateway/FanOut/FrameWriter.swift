import CAASProtocol
import NIOCore
import WebSocketWire

/// Encodes server frames into finished messages: what is shared by all receivers.
///
/// Confined to its owner; it keeps one buffer for the text and the maker of the frames' ids.
struct FrameWriter {
    private var ids = UUIDv7.Maker()
    private var text: [UInt8] = []

    /// An event about a conversation.
    ///
    /// - Parameter time: Unix milliseconds.
    mutating func encode(
        _ event: ServerEvent,
        in conversation: ConversationID?,
        time: Int64,
        _ forms: EncodedFrame.Forms
    ) -> EncodedFrame {
        let id = ids.next(now: time)
        return encode(
            CAASProtocol.ServerFrame(id: id, timestamp: time, conversationID: conversation, event: event),
            forms
        )
    }

    /// An answer to the frame `replyTo`.
    mutating func encode(
        _ event: ServerEvent,
        replyTo: FrameID?,
        time: Int64,
        _ forms: EncodedFrame.Forms
    ) -> EncodedFrame {
        encode(
            CAASProtocol.ServerFrame(id: ids.next(now: time), timestamp: time, replyTo: replyTo, event: event),
            forms
        )
    }

    private mutating func encode(_ frame: CAASProtocol.ServerFrame, _ forms: EncodedFrame.Forms) -> EncodedFrame {
        text.removeAll(keepingCapacity: true)
        frame.encode(into: &text)
        return EncodedFrame(
            plain: forms.contains(.plain) ? plainMessage() : ByteBuffer(),
            socketIO: forms.contains(.socketIO) ? socketIOMessage(frame.event.type) : ByteBuffer()
        )
    }

    private func plainMessage() -> ByteBuffer {
        WebSocketWire.ServerFrame.message(.text, length: text.count) { $0.writeBytes(text) }
    }

    /// The frame as the one argument of an event that is called like it (wire §6).
    private func socketIOMessage(_ type: ServerEventType) -> ByteBuffer {
        let name = type.rawValue
        return WebSocketWire.ServerFrame.message(.text, length: name.utf8.count + text.count + 7) { buffer in
            buffer.writeStaticString("42[\"")
            buffer.writeString(name)
            buffer.writeStaticString("\",")
            buffer.writeBytes(text)
            buffer.writeStaticString("]")
        }
    }
}

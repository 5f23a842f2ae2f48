import CAASProtocol
import NIOCore
import WebSocketWire

/// Encodes server frames into finished WebSocket messages: what is shared by all receivers.
///
/// Confined to its owner; it keeps one buffer for the text and the maker of the frames' ids.
struct FrameWriter {
    private var ids = UUIDv7.Maker()
    private var text: [UInt8] = []

    /// An event about a conversation.
    ///
    /// - Parameter time: Unix milliseconds.
    mutating func encode(_ event: ServerEvent, in conversation: ConversationID?, time: Int64) -> ByteBuffer {
        encode(
            CAASProtocol.ServerFrame(
                id: ids.next(now: time),
                timestamp: time,
                conversationID: conversation,
                event: event
            )
        )
    }

    /// An answer to the frame `replyTo`.
    mutating func encode(_ event: ServerEvent, replyTo: FrameID?, time: Int64) -> ByteBuffer {
        encode(CAASProtocol.ServerFrame(id: ids.next(now: time), timestamp: time, replyTo: replyTo, event: event))
    }

    private mutating func encode(_ frame: CAASProtocol.ServerFrame) -> ByteBuffer {
        text.removeAll(keepingCapacity: true)
        frame.encode(into: &text)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(WebSocketWire.ServerFrame.headerLength(for: text.count) + text.count)
        WebSocketWire.ServerFrame.writeHeader(.text, length: text.count, into: &buffer)
        buffer.writeBytes(text)
        return buffer
    }
}

import CAASProtocol
import Chat
import NIOCore
import SocketIOWire
import WebSocketWire

/// Encodes server frames into finished messages: what is shared by all receivers.
///
/// Confined to its owner; it keeps one buffer for the text and the maker of the frames' ids.
struct FrameWriter {
    private var ids = UUIDv7.Maker()
    private var text: [UInt8] = []
    /// Bytes of the smallest text that is compressed.
    private let deflateThreshold: Int

    init(deflateThreshold: Int = CompressionSettings().threshold) {
        self.deflateThreshold = deflateThreshold
    }

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
        var frame = encode(
            CAASProtocol.ServerFrame(id: id, timestamp: time, conversationID: conversation, event: event),
            forms
        )
        frame.mark = FrameMark(event, in: conversation)
        return frame
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

    /// A media packet: a binary message, and for Socket.IO the event that announces it before that (design §5).
    func encode(_ media: MediaRelay, _ forms: EncodedFrame.Forms) -> EncodedFrame {
        let packet = WebSocketWire.ServerFrame.message(.binary, length: media.bytes.count) {
            $0.writeBytes(media.bytes)
        }
        var socketIO = ByteBuffer()
        if forms.contains(.socketIO) {
            socketIO = Self.announcement
            socketIO.writeImmutableBuffer(packet)
        }
        return EncodedFrame(plain: forms.contains(.plain) ? packet : ByteBuffer(), socketIO: socketIO)
    }

    /// `451-["binary",{"_placeholder":true,"num":0}]` as a message.
    private static let announcement: ByteBuffer = {
        var packet = ByteBuffer()
        let placeholder = Array(#"{"_placeholder":true,"num":0}"#.utf8)
        PacketWriter.writeEvent(ServerEventType.binary.rawValue, placeholder.span.bytes, attachments: 1, into: &packet)
        return WebSocketWire.ServerFrame.message(.text, length: packet.readableBytes) {
            $0.writeImmutableBuffer(packet)
        }
    }()

    private mutating func encode(_ frame: CAASProtocol.ServerFrame, _ forms: EncodedFrame.Forms) -> EncodedFrame {
        text.removeAll(keepingCapacity: true)
        frame.encode(into: &text)
        return EncodedFrame(
            plain: forms.contains(.plain) ? plainMessage() : ByteBuffer(),
            socketIO: forms.contains(.socketIO) ? socketIOMessage(frame.event.type) : ByteBuffer(),
            deflated: forms.contains(.deflated) && text.count >= deflateThreshold ? DeflatedFrame() : nil
        )
    }

    private func plainMessage() -> ByteBuffer {
        WebSocketWire.ServerFrame.message(.text, length: text.count) { $0.writeBytes(text) }
    }

    /// The frame as the one argument of an event that is called like it (wire §6).
    private func socketIOMessage(_ type: ServerEventType) -> ByteBuffer {
        let length = PacketWriter.bytesOfEvent(type.rawValue, argumentBytes: text.count)
        return WebSocketWire.ServerFrame.message(.text, length: length) { buffer in
            PacketWriter.writeEvent(type.rawValue, text.span.bytes, into: &buffer)
        }
    }
}

import NIOCore

/// A packet whose text came, and whose attachments are coming.
///
/// It holds memory of its own, which grows with what was received, never by what was announced.
struct IncomingPacket {
    let packet: SocketIOPacket
    let since: ContinuousClock.Instant
    private(set) var attachments: [ByteBuffer] = []
    /// Binary messages to come.
    private(set) var due: Int
    /// Bytes of all that came, kept or not.
    private(set) var size: Int
    /// Whether it is too large to be delivered: counted, and forgotten but for how it begins.
    private(set) var isOversized: Bool
    /// The first attachment that is.
    private(set) var oversizedAttachment: OversizedEvent.Attachment?

    /// Bytes kept of the text.
    private let textBytes: Int

    /// Begins with a text of `size` bytes, of which `kept` are left where it is too large.
    init(_ packet: SocketIOPacket, size: Int, kept: Int? = nil, since: ContinuousClock.Instant) {
        self.packet = packet
        self.size = size
        textBytes = kept ?? size
        isOversized = kept != nil
        self.since = since
        due = packet.attachments
    }

    /// Bytes kept of the text and the attachments.
    var heldBytes: Int { attachments.reduce(textBytes) { $0 &+ $1.readableBytes } }

    /// Takes the next attachment, nil where its bytes were thrown away before; true with the last one.
    mutating func take(
        _ attachment: ByteBuffer?,
        opening: ByteBuffer,
        size added: Int,
        limits: SocketIOLimits
    ) throws(Malformed) -> Bool {
        guard added <= limits.packetBytes &- size else { throw Malformed("packet with its attachments is too large") }
        size &+= added
        due &-= 1
        if let attachment, !isOversized, added <= limits.binaryBytes {
            // What has to wait does not keep the buffer that brought it.
            attachments.append(due == 0 ? attachment : ByteBuffer(bytes: attachment.readableBytesView))
        } else {
            if attachment == nil || added > limits.binaryBytes, oversizedAttachment == nil {
                let kept = ByteBuffer(bytes: opening.readableBytesView.prefix(16))
                oversizedAttachment = .init(size: added, opening: kept)
            }
            isOversized = true
            attachments = []
        }
        return due == 0
    }
}

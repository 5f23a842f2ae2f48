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

    init(_ packet: SocketIOPacket, size: Int, isOversized: Bool = false, since: ContinuousClock.Instant) {
        self.packet = packet
        self.size = size
        self.isOversized = isOversized
        self.since = since
        due = packet.attachments
    }

    /// Bytes kept of the attachments.
    var heldBytes: Int { attachments.reduce(0) { $0 &+ $1.readableBytes } }

    /// Takes the next attachment, nil where its bytes were thrown away before; true with the last one.
    mutating func take(_ attachment: ByteBuffer?, size added: Int, limits: SocketIOLimits) throws(Malformed) -> Bool {
        guard added <= limits.packetBytes &- size else { throw Malformed("packet with its attachments is too large") }
        size &+= added
        due &-= 1
        if let attachment, !isOversized, added <= limits.binaryBytes {
            // What has to wait does not keep the buffer that brought it.
            attachments.append(due == 0 ? attachment : ByteBuffer(bytes: attachment.readableBytesView))
        } else {
            isOversized = true
            attachments = []
        }
        return due == 0
    }
}

package import NIOCore

/// Several packets as the body of one request or answer, joined by the record separator.
///
/// Engine.IO v4, "Payload". A text with a separator in it cannot travel so: JSON escapes it.
package enum EngineIOPayload {
    static let separator: UInt8 = 0x1E

    /// Joins packets; one alone is not copied.
    package static func join(_ packets: [EngineIOMachine.Outgoing]) -> ByteBuffer {
        if packets.count == 1, case .text(let text) = packets.first { return text }
        var body = ByteBuffer()
        body.reserveCapacity(packets.reduce(packets.count) { $0 + $1.textLength })
        for (place, packet) in packets.enumerated() {
            if place > 0 { body.writeInteger(separator) }
            packet.writeText(into: &body)
        }
        return body
    }

    /// Cuts off the next packet, which may be empty; nil when the body was used up by the one before.
    static func nextPacket(of body: inout ByteBuffer?) -> ByteBuffer? {
        guard var rest = body else { return nil }
        let view = rest.readableBytesView
        guard let end = view.firstIndex(of: separator) else {
            body = nil
            return rest
        }
        let packet = rest.readSlice(length: end - view.startIndex)
        rest.moveReaderIndex(forwardBy: 1)
        body = rest
        return packet
    }

    /// Whether there are no more than so many packets in a body.
    static func has(atMost limit: Int, packets body: ByteBuffer) -> Bool {
        var count = 1
        for byte in body.readableBytesView where byte == separator {
            count += 1
            if count > limit { return false }
        }
        return true
    }

    /// Whether one of the packets of a body is binary, which is base64 there.
    package static func hasBinary(_ body: ByteBuffer) -> Bool {
        var before = separator
        for byte in body.readableBytesView {
            if before == separator, byte == UInt8(ascii: "b") { return true }
            before = byte
        }
        return false
    }

    static func isText(_ body: ByteBuffer) -> Bool {
        (try? UTF8Span(validating: body.readableBytesUInt8Span)) != nil
    }
}

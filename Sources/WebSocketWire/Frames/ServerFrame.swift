package import NIOCore

/// Unmasked server frames, which all receivers can share: the broadcast form.
///
/// The payload follows the header as it is, so an event is encoded once for all its readers.
package enum ServerFrame {
    /// Appends the header of a whole message's frame with a payload of `length` bytes.
    package static func writeHeader(_ kind: MessageKind, length: Int, into buffer: inout ByteBuffer) {
        FrameWriter.writeHeader(Opcode(kind), length: length, into: &buffer)
    }

    /// A whole message whose payload of `length` bytes is written by `write`.
    package static func message(
        _ kind: MessageKind,
        length: Int,
        _ write: (inout ByteBuffer) -> Void
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(headerLength(for: length) + length)
        writeHeader(kind, length: length, into: &buffer)
        write(&buffer)
        return buffer
    }

    /// Bytes of the header before a payload of `payloadLength` bytes: 2, 4 or 10.
    package static func headerLength(for payloadLength: Int) -> Int {
        FrameWriter.headerLength(for: payloadLength)
    }
}

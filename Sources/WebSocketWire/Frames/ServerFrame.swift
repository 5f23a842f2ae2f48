package import NIOCore

/// Unmasked server frames, which all receivers can share: the broadcast form.
///
/// The payload follows the header as it is, so an event is encoded once for all its readers.
package enum ServerFrame {
    /// Appends the header of a whole message's frame with a payload of `length` bytes.
    package static func writeHeader(_ kind: MessageKind, length: Int, into buffer: inout ByteBuffer) {
        FrameWriter.writeHeader(0x80 | Opcode(kind).rawValue, length: length, into: &buffer)
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

    /// A whole text message, compressed; nil where that is not worth it.
    ///
    /// - Parameter windowBits: The window that all its receivers have, as a power of two.
    package static func deflated(_ text: ByteBuffer, by deflater: Deflater, windowBits: Int) -> ByteBuffer? {
        guard let payload = deflater.deflate(text, windowBits: windowBits) else { return nil }
        return FrameWriter.frame(.text, payload, role: .server, isCompressed: true)
    }

    /// Bytes of the header before a payload of `payloadLength` bytes: 2, 4 or 10.
    package static func headerLength(for payloadLength: Int) -> Int {
        FrameWriter.headerLength(for: payloadLength)
    }

    /// The messages that were written one behind the other by ``message(_:length:_:)``, without their headers.
    package static func messages(in bytes: ByteBuffer) -> [(kind: MessageKind, payload: ByteBuffer)] {
        var rest = bytes
        var messages: [(kind: MessageKind, payload: ByteBuffer)] = []
        while let opening = rest.readInteger(as: UInt16.self) {
            let length: Int? =
                switch opening & 0x7F {
                case 126: rest.readInteger(as: UInt16.self).map { Int($0) }
                case 127: rest.readInteger(as: UInt64.self).flatMap { Int(exactly: $0) }
                case let short: Int(short)
                }
            guard let length, let payload = rest.readSlice(length: length) else { break }
            messages.append((opening >> 8 & 0x0F == 1 ? .text : .binary, payload))
        }
        return messages
    }
}

import NIOCore

/// Writes whole, final frames: masked for a client, plain for a server.
///
/// RFC 6455 §5.2.
enum FrameWriter {
    /// RSV1, which says of a message's first frame that it is compressed (RFC 7692 §6).
    static let compressedBit: UInt8 = 0x40

    static func frame(_ opcode: Opcode, _ payload: ByteBuffer, role: Role, isCompressed: Bool = false) -> ByteBuffer {
        let first = 0x80 | opcode.rawValue | (isCompressed ? compressedBit : 0)
        let length = payload.readableBytes
        var frame = ByteBuffer()
        frame.reserveCapacity(headerLength(for: length) + (role == .client ? 4 : 0) + length)
        switch role {
        case .server:
            writeHeader(first, length: length, into: &frame)
            frame.writeImmutableBuffer(payload)
        case .client:
            // A fresh key for each frame, from a source a page cannot foresee: RFC 6455 §10.3.
            let key = MaskingKey.random()
            writeHeader(first, length: length, maskBit: 0x80, into: &frame)
            frame.writeInteger(key.bits, endianness: .little)
            let start = frame.readableBytes
            frame.writeImmutableBuffer(payload)
            frame.withUnsafeMutableReadableBytes { bytes in
                key.apply(to: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
            }
        }
        return frame
    }

    /// Bytes of a header without masking key.
    static func headerLength(for payloadLength: Int) -> Int {
        payloadLength <= 125 ? 2 : payloadLength <= 0xFFFF ? 4 : 10
    }

    /// - Parameter first: The header's first byte.
    static func writeHeader(_ first: UInt8, length: Int, maskBit: UInt8 = 0, into buffer: inout ByteBuffer) {
        switch length {
        case ...125:
            buffer.writeMultipleIntegers(first, maskBit | UInt8(truncatingIfNeeded: length))
        case ...0xFFFF:
            buffer.writeMultipleIntegers(first, maskBit | 126, UInt16(truncatingIfNeeded: length))
        default:
            buffer.writeMultipleIntegers(first, maskBit | 127, UInt64(length))
        }
    }
}

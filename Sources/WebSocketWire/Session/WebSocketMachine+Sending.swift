package import NIOCore

extension WebSocketMachine {
    /// A whole message as one frame, masked in the client role.
    ///
    /// For the same bytes to many receivers a server uses ``ServerFrame``.
    package mutating func encode(_ kind: MessageKind, _ payload: ByteBuffer) -> ByteBuffer {
        FrameWriter.frame(Opcode(kind), payload, role: role)
    }

    /// The same, compressed where that is worth it.
    ///
    /// - Parameter windowBits: The window that the peer has agreed to, as a power of two.
    package mutating func encode(
        _ kind: MessageKind,
        _ payload: ByteBuffer,
        by deflater: Deflater,
        windowBits: Int
    ) -> ByteBuffer {
        guard let deflated = deflater.deflate(payload, windowBits: windowBits) else { return encode(kind, payload) }
        return FrameWriter.frame(Opcode(kind), deflated, role: role, isCompressed: true)
    }
}

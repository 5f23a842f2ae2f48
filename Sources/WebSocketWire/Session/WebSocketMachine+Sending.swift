package import NIOCore

extension WebSocketMachine {
    /// A whole message as one frame, masked in the client role.
    ///
    /// For the same bytes to many receivers a server uses ``ServerFrame``.
    package mutating func encode(_ kind: MessageKind, _ payload: ByteBuffer) -> ByteBuffer {
        FrameWriter.frame(Opcode(kind), payload, role: role)
    }
}

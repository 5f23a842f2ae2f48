package import NIOCore

extension SocketIOMachine {
    /// What a message asks for.
    package enum Action: Hashable, Sendable {
        /// The client wants to join a namespace that exists; `auth` is a JSON object, valid by its grammar.
        ///
        /// Answer it with ``accepted(_:)`` or ``refused(_:)``. Until then nothing else may come for this namespace.
        case connect(namespace: String, auth: ByteBuffer?)
        /// There is no such namespace: write this message, with the `4` of Engine.IO; the connection lives.
        case refuse(namespace: String, send: ByteBuffer)
        /// The client has left a namespace; there is nothing to answer.
        case disconnect(namespace: String)
        case event(SocketIOEvent)
        /// An event above ``SocketIOLimits/textBytes`` or ``SocketIOLimits/binaryBytes`` was thrown away.
        case oversized(OversizedEvent)
        /// The client answers an event of ours; an unknown id is to be ignored.
        case acknowledgement(
            namespace: String,
            id: UInt64,
            arguments: [ByteBuffer],
            attachments: [ByteBuffer]
        )
        /// The peer broke the protocol or a limit: close the whole connection. Nothing follows.
        case violation(reason: String)
    }
}

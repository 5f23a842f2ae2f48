package import NIOCore

extension WebSocketMachine {
    /// What received bytes ask for.
    package enum Action: Hashable, Sendable {
        /// A whole message; text is valid UTF-8.
        case message(MessageKind, ByteBuffer)
        /// A message above ``WebSocketLimits/textBytes`` or ``WebSocketLimits/binaryBytes`` was read and thrown away.
        ///
        /// `size` counts all its bytes, `opening` is its first 4 KiB, where text may be cut inside a character.
        case discarded(MessageKind, size: Int, opening: ByteBuffer)
        /// A finished control frame, a pong or the answer to a close, is to be written.
        case send(ByteBuffer)
        /// A pong came; its payload.
        case pong(ByteBuffer)
        /// The peer's close frame was read, and answered by the `send` before unless we closed first.
        ///
        /// Close the transport when everything is flushed. The code is nil when the peer gave none.
        case closed(CloseCode?, reason: String)
        /// The peer broke the protocol or a limit.
        ///
        /// Write the close frame (empty when we had sent ours already), read no more, end within
        /// ``WebSocketLimits/closeTimeout``.
        case fail(CloseCode, reason: String, send: ByteBuffer)
    }

    /// The next thing to do, nil when all received bytes are used up.
    ///
    /// The caller may stop pulling after as many as it likes and go on later: this is how one
    /// connection leaves its event loop to others.
    package mutating func nextAction() -> Action? {
        switch phase {
        case .open, .closing:
            do throws(Violation) {
                return try nextFromFrames()
            } catch {
                return fail(error, at: lastInbound)
            }
        case .answered:
            return reportClose()
        case .ended:
            return nil
        }
    }
}

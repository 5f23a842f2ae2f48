import NIOCore

/// Ways in which a connection is ended from our side.
extension WebSocketTransport {
    /// Ends the connection with a close code of R12; what was enqueued before still leaves.
    func close(_ reason: CloseReason) { close(code: reason.code, reason: reason.text) }

    /// Does not wait for the peer's close frame: for those who are many.
    func cutSoon() {
        guard let channel = context?.channel else { return }
        channel.eventLoop.scheduleTask(in: .milliseconds(200)) { channel.close(promise: nil) }
    }

    /// Ends the connection at once.
    func abort() {
        context?.close(promise: nil)
    }
}

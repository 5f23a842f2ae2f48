extension WebSocketTransport {
    /// Goes on with what has waited for the same peer before this WebSocket carried its session.
    func adopt(_ frames: WaitingFrames) {
        guard isOpen else { return }
        outbox.adopt(frames)
        flush()
    }
}

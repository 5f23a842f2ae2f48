import NIOCore

/// Time and the end of a node, loop by loop.
extension LoopReaders {
    /// Connections that are closed in one go when the node ends, and the pause between two goes: 2,000 a second (R68).
    private static let drainBatch = 500
    private static let drainPause = TimeAmount.milliseconds(250)

    /// Begins to look twice a second at what time brings for each connection.
    func startTicking() {
        let interval = TimeAmount.milliseconds(500)
        eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in self.tick() }
    }

    /// Tells every connection to come back elsewhere, and ends them batch by batch.
    func drain() {
        eventLoop.execute {
            for connection in self.httpConnections { connection.quiesce() }
            self.drain(self.chatConnections[...])
        }
    }

    private func drain(_ connections: ArraySlice<ChatEndpoint>) {
        for connection in connections.prefix(Self.drainBatch) { connection.drain() }
        let rest = connections.dropFirst(Self.drainBatch)
        guard !rest.isEmpty else { return endWithoutChat() }
        eventLoop.assumeIsolated().scheduleTask(in: Self.drainPause) { self.drain(rest) }
    }

    /// Succeeds when no connection is left, or after `timeout`, when those that are left are closed without a word.
    func becameEmpty(within timeout: TimeAmount) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        eventLoop.execute {
            self.notifyWhenEmpty(promise)
            self.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.closeAll() }
        }
        return promise.futureResult
    }
}

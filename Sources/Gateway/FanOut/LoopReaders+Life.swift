import NIOCore

/// Time and the end of a node, loop by loop.
extension LoopReaders {
    /// Connections that all loops close in one go when the node ends, and the pause between two goes: 2,000 a second (R68).
    private static let drainBatch = 500
    private static let drainPause = TimeAmount.milliseconds(250)

    /// Begins to look twice a second at what time brings for each connection.
    func startTicking() {
        let interval = TimeAmount(Self.tickInterval)
        eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in self.tick() }
    }

    /// Tells every connection to come back elsewhere, and ends them batch by batch.
    ///
    /// - Parameter share: One over the number of the node's loops.
    func drain(share: Double) {
        let batch = max(1, Int(Double(Self.drainBatch) * share))
        eventLoop.execute {
            for connection in self.httpConnections { connection.quiesce() }
            self.drain(self.chatConnections[...], batch: batch)
        }
    }

    private func drain(_ connections: ArraySlice<ChatEndpoint>, batch: Int) {
        for connection in connections.prefix(batch) { connection.drain() }
        let rest = connections.dropFirst(batch)
        guard !rest.isEmpty else { return endWithoutChat() }
        eventLoop.assumeIsolated().scheduleTask(in: Self.drainPause) { self.drain(rest, batch: batch) }
    }

    /// Ends the sockets that are no chat connections, when the node ends.
    private func endWithoutChat() {
        for session in Array(sessions.values) where !session.isInService { session.close(.drain) }
        for transport in Array(transports.values) where transport.endpoint is EchoEndpoint { transport.close(.drain) }
    }

    /// Ends whatever is left, without a word.
    private func closeAll() {
        for session in Array(sessions.values) { session.abort() }
        for connection in httpConnections {
            connection.quiesce()
            connection.cutBody()
        }
        for transport in Array(transports.values) { transport.abort() }
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

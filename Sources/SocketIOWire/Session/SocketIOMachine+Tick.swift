extension SocketIOMachine {
    /// What the time asks for.
    package enum Tick: Hashable, Sendable {
        /// Nothing before so much time has passed.
        case wait(Duration)
        /// Nothing, until an action is nil, a namespace is left or a CONNECT was answered.
        case idle
        /// The connection was in no namespace for ``SocketIOLimits/connectTimeout``, without the time that our answers to its
        /// CONNECTs took: close it. Nothing follows.
        case connectTimeout
        /// A packet's attachments did not come within ``SocketIOLimits/packetDuration``: close the connection. Nothing follows.
        case packetTimeout
    }

    package mutating func tick(now: ContinuousClock.Instant) -> Tick {
        guard !isOver else { return .idle }
        let connected = solitude.end(after: limits.connectTimeout)
        let complete = incoming.map { $0.since.advanced(by: limits.packetDuration) }
        if let connected, now >= connected {
            end()
            return .connectTimeout
        }
        if let complete, now >= complete {
            end()
            return .packetTimeout
        }
        guard let next = [connected, complete].compactMap(\.self).min() else { return .idle }
        return .wait(now.duration(to: next))
    }
}

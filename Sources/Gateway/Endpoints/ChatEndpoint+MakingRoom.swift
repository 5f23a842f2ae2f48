import CAASProtocol
import Chat
import NIOCore

/// The newest connection of a user who has as many as there may be takes the place of a silent one (R59).
extension ChatEndpoint {
    /// Looks on all loops for the connection of this user that was silent longest, ends it, and tries again.
    ///
    /// - Parameter refusal: What the connection gets where none was silent long enough.
    func makeRoom(orElse refusal: SpecError) {
        guard case .opening(let session, let auth) = state else { return }
        hasMadeRoom = true
        let (user, limit) = (session.actor.user, service.settings.silentFor)
        let bound = NIOLoopBound((self, session, auth), eventLoop: loop.eventLoop)
        let found = service.loops.map { loop in
            loop.eventLoop.submit { loop.longestSilent(of: user, for: limit).map { (loop, $0.number, $0.silence) } }
        }
        EventLoopFuture.whenAllSucceed(found, on: loop.eventLoop)
            .flatMap { candidates in
                guard let (loop, number, _) = candidates.compactMap(\.self).max(by: { $0.2 < $1.2 }) else {
                    return bound.value.0.loop.eventLoop.makeSucceededFuture(false)
                }
                return loop.eventLoop.submit { loop.giveWay(number, for: limit) }
                    .hop(to: bound.value.0.loop.eventLoop)
            }
            .assumeIsolated()
            .whenComplete { result in
                let (endpoint, session, auth) = bound.value
                guard case .opening = endpoint.state else { return }
                if case .success(true) = result { return endpoint.enter(session, authFrame: auth) }
                endpoint.end(refusal, CloseReason(refusing: refusal), answering: auth)
            }
    }

    /// Ends for another connection of the same user; the service knows it at once, not when the peer has closed.
    func giveWay() {
        transport.close(.heartbeatTimeout)
        leave()
    }
}

extension LoopReaders {
    /// The connection of a user from which no byte has come for the longest time, and at least for `limit`.
    ///
    /// Looks at all connections: it is asked for seldom, by who has too many, and not more often than one may connect.
    func longestSilent(of user: UserKey, for limit: Duration) -> (number: UInt64, silence: Duration)? {
        chatConnections
            .compactMap { endpoint -> (number: UInt64, silence: Duration)? in
                guard case .open(let session) = endpoint.state, session.actor.user == user else { return nil }
                let silence = endpoint.transport.silence(now: .now)
                return silence >= limit ? (endpoint.id.number, silence) : nil
            }
            .max { $0.silence < $1.silence }
    }

    /// Ends a connection for another one of its user, unless it was heard from meanwhile.
    func giveWay(_ number: UInt64, for limit: Duration) -> Bool {
        guard let endpoint = connection(number), case .open = endpoint.state,
            endpoint.transport.silence(now: .now) >= limit
        else { return false }
        endpoint.giveWay()
        return true
    }
}

package import NIOCore

extension EngineIOMachine {
    package enum Kind: Sendable, Hashable {
        case text
        case binary
    }

    /// The two WebSockets a session may have at a time.
    package enum Socket: Sendable, Hashable {
        case carrier
        /// Accepted for a session that polls; it carries nothing before ``Action/promoted``.
        case candidate
    }

    package enum CloseReason: Sendable, Hashable {
        /// We closed it.
        case server
        /// The client said so.
        case client
        /// The WebSocket ended, or the client cut a request off.
        case transportClosed
        /// No sign of life came within ``EngineIOSettings/pingTimeout`` after a ping.
        case heartbeatLost
        case violation(EngineIOViolation)
    }

    package enum Action: Sendable, Hashable {
        /// A message of the client, without its type; text is UTF-8.
        case message(Kind, ByteBuffer)
        /// A message was thrown away because of its size: its bytes and its first ones, both without its type.
        case oversized(Kind, size: Int, opening: ByteBuffer)
        /// Answer the GET that is held: 200, `text/plain; charset=UTF-8`, never stored, this body.
        case answerPoll(ByteBuffer)
        case refusePoll(EngineIORefusal)
        /// Answer the POST: 200, `text/html`, body `ok`.
        case answerPost
        case refusePost(EngineIORefusal)
        /// Write one WebSocket message.
        case write(Socket, Kind, ByteBuffer)
        /// Close a WebSocket with this code, or without one; the machine wants to hear no more of it.
        case closeSocket(Socket, code: UInt16?)
        /// The candidate is the carrier from now on.
        case promoted
        /// The session is over and its id forgotten; the last action.
        case closed(CloseReason)
    }

    /// The next thing to do, nil when there is none.
    ///
    /// A caller that can take no more messages for now says so: everything else goes on then, heartbeat and answers to
    /// GETs among it, while the client's POST waits.
    package mutating func nextAction(takingMessages: Bool = true) -> Action? {
        while true {
            if let action = ready.popFirst() { return action }
            if phase == .ended { return nil }
            if isReplyDue {
                reply()
            } else {
                guard inbox.hasNext(takingMessages: takingMessages || phase == .closing) else { return nil }
                if let message = takeNext(), phase != .closing { return message.action }
            }
        }
    }
}

/// The server's side of Socket.IO over one Engine.IO connection as a machine: messages and time in, actions out.
///
/// Socket.IO protocol v5. It does no input or output and reads no clock. Feed it with ``receive(text:now:)`` and
/// ``receive(binary:now:)``, each of which asks for one thing at most, tell it how each ``Action/connect(namespace:auth:)`` was
/// answered, and call ``tick(now:)`` after the time it names, after each nil and each such answer, and when a namespace was left.
///
/// Every mistake of a peer ends the whole connection: ``Action/violation(reason:)`` is the last action there is.
package struct SocketIOMachine: Sendable {
    /// What the peer may cost; may be changed while the machine runs, and holds from the next message on.
    package var limits: SocketIOLimits

    /// The namespaces there are.
    let known: Set<String>
    var namespaces = Namespaces()
    /// A packet whose attachments have not all come.
    var incoming: IncomingPacket?
    /// How long the connection is in no namespace.
    var solitude: Solitude
    /// Nothing is read any more.
    var isOver = false

    package init(
        limits: SocketIOLimits = .init(),
        namespaces: Set<String> = ["/"],
        now: ContinuousClock.Instant
    ) {
        self.limits = limits
        known = namespaces
        solitude = .since(now)
    }

    /// Bytes held of a packet whose attachments have not all come.
    package var heldBytes: Int { incoming?.heldBytes ?? 0 }

    /// Whether the connection is in `namespace`.
    package func isJoined(_ namespace: String) -> Bool { namespaces[namespace] == .joined }
}

/// The caller's answers.
extension SocketIOMachine {
    /// Tells that a CONNECT was accepted: the reply goes out before any event does.
    ///
    /// - Returns: false where none waits for an answer, so that nothing may be sent.
    @discardableResult
    package mutating func accepted(_ namespace: String) -> Bool {
        guard !isOver, namespaces[namespace] == .asked else { return false }
        namespaces[namespace] = .joined
        solitude = .none
        return true
    }

    /// Tells that a CONNECT was refused by a CONNECT_ERROR; the client may ask again.
    ///
    /// - Returns: false where none waits for an answer, so that nothing may be sent.
    @discardableResult
    package mutating func refused(_ namespace: String, now: ContinuousClock.Instant) -> Bool {
        guard !isOver, namespaces[namespace] == .asked else { return false }
        namespaces[namespace] = .away
        if !namespaces.hasAsked { solitude.goOn(at: now) }
        return true
    }

    /// Tells that the client was put out of a namespace by a DISCONNECT.
    ///
    /// - Returns: false where it was not in it, so that nothing may be sent.
    @discardableResult
    package mutating func left(_ namespace: String, now: ContinuousClock.Instant) -> Bool {
        guard !isOver, namespaces[namespace] == .joined else { return false }
        leave(namespace, at: now)
        return true
    }

    mutating func leave(_ namespace: String, at now: ContinuousClock.Instant) {
        namespaces[namespace] = .away
        guard !namespaces.hasJoined else { return }
        solitude = namespaces.hasAsked ? .paused(.zero) : .since(now)
    }

    /// Nothing is read from here on, and nothing is kept.
    mutating func end() {
        isOver = true
        incoming = nil
        namespaces = Namespaces()
    }
}

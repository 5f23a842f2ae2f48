package import NIOCore

extension SocketIOMachine {
    /// Takes a text message of Engine.IO, without its `4`; nil when it asks for nothing.
    ///
    /// Pieces of the text go into the action as slices.
    package mutating func receive(text: ByteBuffer, now: ContinuousClock.Instant) -> Action? {
        guard !isOver else { return nil }
        do throws(Malformed) {
            return try take(text, now)
        } catch {
            return fail(error)
        }
    }

    /// Takes a binary message of Engine.IO; nil when it asks for nothing.
    package mutating func receive(binary: ByteBuffer, now: ContinuousClock.Instant) -> Action? {
        takeAttachment(binary, opening: binary, size: binary.readableBytes)
    }

    /// Takes what is left of a binary message whose bytes were thrown away because they were too many: its first ones.
    package mutating func discarded(attachment opening: ByteBuffer, size: Int) -> Action? {
        takeAttachment(nil, opening: opening, size: size)
    }

    /// Takes what is left of a text message whose bytes were thrown away because they were too many.
    ///
    /// - Parameters:
    ///   - size: bytes of the whole message, without the `4` of Engine.IO.
    ///   - opening: its first bytes, without that `4`.
    package mutating func discarded(size: Int, opening: ByteBuffer, now: ContinuousClock.Instant) -> Action? {
        guard !isOver else { return nil }
        do throws(Malformed) {
            return try takeOversized(opening, size: size, now)
        } catch {
            return fail(error)
        }
    }

    private mutating func take(_ text: ByteBuffer, _ now: ContinuousClock.Instant) throws(Malformed) -> Action? {
        guard text.readableBytes <= limits.textBytes else {
            return try takeOversized(text, size: text.readableBytes, now)
        }
        guard incoming == nil else { throw .textBetweenAttachments }
        // What has to wait for attachments does not keep the buffer that brought it.
        let waits = text.readableBytesView.first.flatMap(PacketType.init)?.isBinary ?? false
        let own = waits ? ByteBuffer(bytes: text.readableBytesView) : text
        let packet = try SocketIOPacket(parsing: own, limits: limits)
        if case .connect(let auth) = packet.content { return try connect(packet.namespace, auth, now) }
        try requireJoined(packet.namespace)
        if packet.attachments > 0 {
            incoming = IncomingPacket(packet, size: text.readableBytes, since: now)
            return nil
        }
        switch packet.content {
        case .disconnect:
            leave(packet.namespace, at: now)
            return .disconnect(namespace: packet.namespace)
        case .connect, .connectError: throw Malformed("packet is the server's alone")
        case .event, .acknowledgement: return action(of: packet, attachments: [])
        }
    }

    private mutating func connect(
        _ namespace: String,
        _ auth: ByteBuffer?,
        _ now: ContinuousClock.Instant
    ) throws(Malformed) -> Action {
        guard namespaces[namespace] == .away else { throw Malformed("connects to a namespace a second time") }
        guard known.contains(where: { $0.utf8.elementsEqual(namespace.utf8) }) else {
            let refusal = PacketWriter.connectError("Invalid namespace", namespace: namespace)
            return .refuse(namespace: namespace, send: refusal)
        }
        guard namespaces.count < limits.namespaces else { throw Malformed("too many namespaces") }
        solitude.pause(at: now)
        namespaces[namespace] = .asked
        return .connect(namespace: namespace, auth: auth)
    }

    func requireJoined(_ namespace: String) throws(Malformed) {
        switch namespaces[namespace] {
        case .joined: return
        case .asked: throw Malformed("packet before the answer to its connect")
        case .away: throw Malformed("packet for a namespace that was not joined")
        }
    }

    /// What a whole packet asks for.
    func action(of packet: SocketIOPacket, attachments: [ByteBuffer]) -> Action? {
        switch packet.content {
        case .event(let name, let arguments, let id):
            .event(
                SocketIOEvent(
                    namespace: packet.namespace,
                    name: name,
                    arguments: arguments,
                    id: id,
                    attachments: attachments
                )
            )
        case .acknowledgement(let id, let arguments):
            .acknowledgement(namespace: packet.namespace, id: id, arguments: arguments, attachments: attachments)
        case .connect, .disconnect, .connectError: nil
        }
    }

    mutating func fail(_ fault: Malformed) -> Action {
        end()
        return .violation(reason: fault.reason)
    }
}

extension Malformed {
    static let textBetweenAttachments = Malformed("text between a packet and its attachments")
}

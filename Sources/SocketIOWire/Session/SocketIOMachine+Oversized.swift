import NIOCore

/// Attachments, and what is larger than it may be.
extension SocketIOMachine {
    /// Bytes kept of a text that is thrown away, enough to find out which one it was, R6.
    private static let openingBytes = 4 * 1024

    /// Takes a binary message, nil where its bytes were thrown away.
    mutating func takeAttachment(_ attachment: ByteBuffer?, opening: ByteBuffer, size: Int) -> Action? {
        guard !isOver else { return nil }
        do throws(Malformed) {
            guard incoming != nil else { throw Malformed("binary message that no packet announced") }
            guard try incoming?.take(attachment, opening: opening, size: size, limits: limits) == true,
                let whole = incoming
            else { return nil }
            incoming = nil
            // We may have put it out of the namespace meanwhile.
            guard namespaces[whole.packet.namespace] == .joined else { return nil }
            return whole.isOversized ? oversized(whole) : action(of: whole.packet, attachments: whole.attachments)
        } catch {
            return fail(error)
        }
    }

    /// Takes a text that is too large, by its first bytes: only an event can be refused without closing.
    mutating func takeOversized(
        _ opening: ByteBuffer,
        size: Int,
        _ now: ContinuousClock.Instant
    ) throws(Malformed) -> Action? {
        guard incoming == nil else { throw .textBetweenAttachments }
        guard size <= limits.packetBytes else { throw Malformed("packet is too large") }
        let kept = ByteBuffer(bytes: opening.readableBytesView.prefix(Self.openingBytes))
        let packet = try SocketIOPacket(opening: kept, limits: limits)
        try requireJoined(packet.namespace)
        let whole = IncomingPacket(packet, size: size, kept: kept.readableBytes, since: now)
        guard packet.attachments == 0 else {
            incoming = whole
            return nil
        }
        return oversized(whole)
    }

    /// An acknowledgement that is too large is as good as none.
    private func oversized(_ whole: IncomingPacket) -> Action? {
        guard case .event(let name, let arguments, let id) = whole.packet.content else { return nil }
        return .oversized(
            OversizedEvent(
                namespace: whole.packet.namespace,
                name: name.text.isEmpty ? nil : name,
                id: id,
                size: whole.size,
                opening: arguments.first ?? ByteBuffer(),
                attachment: whole.oversizedAttachment
            )
        )
    }
}

extension SocketIOPacket {
    /// Reads how a text begins; of an event the one argument is the rest of what was kept, unchecked.
    fileprivate init(opening: ByteBuffer, limits: SocketIOLimits) throws(Malformed) {
        let bytes = opening.readableBytesSpan
        let head = try PacketHead(parsing: bytes, limits: limits)
        namespace = head.namespace
        attachments = head.attachments
        switch head.type {
        case .event, .binaryEvent:
            var payload = PayloadReader(text: opening, position: head.length, attachments: 0)
            do throws(Malformed) {
                let name = try payload.name(bytes)
                content = .event(name, [try payload.rest(bytes)], id: head.id)
            } catch {
                // It may be cut inside the name.
                content = .event(EventName(""), [], id: head.id)
            }
        case .acknowledgement, .binaryAcknowledgement:
            content = .acknowledgement(id: head.id ?? 0, [])
        case .connect, .disconnect, .connectError: throw Malformed("packet is too large")
        }
    }
}

package import NIOCore

/// What the client says over either transport.
extension EngineIOMachine {
    /// Takes a whole WebSocket message; text must be UTF-8.
    ///
    /// Only what was pulled to nil before is fed, but for the candidate, and for a caller that takes no messages now and reads
    /// no more from the carrier.
    package mutating func received(
        _ kind: Kind,
        _ payload: ByteBuffer,
        on socket: Socket,
        now: ContinuousClock.Instant
    ) {
        switch socket {
        case .candidate:
            receivedFromCandidate(kind, payload, now: now)
        case .carrier:
            guard phase == .open, carrier == .websocket else { return }
            heard(at: now)
            guard payload.readableBytes <= settings.maxPayload else { return end(.violation(.tooLarge)) }
            switch kind {
            case .binary: inbox.append(Inbox.Message(kind: .binary, payload: payload))
            case .text: if let message = take(payload) { inbox.append(message) }
            }
        }
    }

    /// Takes a WebSocket message that was thrown away because of its size, by its first bytes.
    ///
    /// It keeps its place among the others. Only a message may be so long, and only of a session that the WebSocket carries.
    package mutating func discarded(
        _ kind: Kind,
        size: Int,
        opening: ByteBuffer,
        on socket: Socket,
        now: ContinuousClock.Instant
    ) {
        guard socket == .carrier else { return dropCandidate() }
        guard phase == .open, carrier == .websocket else { return }
        heard(at: now)
        var opening = opening
        var size = size
        if kind == .text {
            guard opening.readInteger(as: UInt8.self) == UInt8(ascii: "4") else { return end(.violation(.tooLarge)) }
            size = max(0, size &- 1)
        }
        inbox.append(Inbox.Message(kind: kind, payload: opening, oversize: size))
    }

    /// The next packet of a POST, or what came over the WebSocket; nil where it is no message.
    mutating func takeNext() -> Inbox.Message? {
        guard inbox.body != nil else { return inbox.popMessage() }
        // The body stays until the packet is taken, so that what ends the session answers the POST.
        var rest = inbox.body
        guard let packet = EngineIOPayload.nextPacket(of: &rest) else { return nil }
        let message = take(packet)
        guard phase != .ended else { return nil }
        inbox.body = rest
        if rest == nil {
            isPosting = false
            ready.append(.answerPost)
        }
        return message
    }

    private mutating func take(_ text: ByteBuffer) -> Inbox.Message? {
        do throws(EngineIOViolation) {
            switch try EngineIOPacket(decoding: text) {
            case .message(let text): return Inbox.Message(kind: .text, payload: text)
            case .binary(let bytes): return Inbox.Message(kind: .binary, payload: bytes)
            case .pong, .noop: break
            case .close: end(.client)
            case .ping: throw .ping
            case .open, .upgrade: throw .misplaced
            }
        } catch {
            end(.violation(error))
        }
        return nil
    }
}

package import NIOCore

/// Pings, pongs and the closing handshake.
extension WebSocketMachine {
    /// Takes a control frame that lies whole in the input; nil when it asks for nothing.
    mutating func takeControlFrame(_ header: FrameHeader) throws(Violation) -> Action? {
        input.moveReaderIndex(forwardBy: header.headerLength)
        let payload = input.readSlice(length: header.payloadLength) ?? ByteBuffer()
        frameStart = .never
        if header.opcode == .close { return try takeClose(payload) }
        guard phase == .open else { return nil }
        guard controlFrames.admits(now: lastInbound, limit: limits.controlFramesPerSecond) else {
            throw .policy("too many control frames")
        }
        return header.opcode == .ping ? .send(FrameWriter.frame(.pong, payload, role: role)) : .pong(payload)
    }

    private mutating func takeClose(_ payload: ByteBuffer) throws(Violation) -> Action {
        let close = try ClosePayload(parsing: payload)
        if phase == .closing {
            end(at: lastInbound)
            return .closed(close.code, reason: close.reason)
        }
        end(at: lastInbound)
        phase = .answered
        input = payload
        let answer = ClosePayload(close.code, reason: "").serialized()
        return .send(FrameWriter.frame(.close, answer, role: role))
    }

    /// The second half of a peer's close, after its answer.
    mutating func reportClose() -> Action? {
        defer { end(at: lastInbound) }
        do throws(Violation) {
            let close = try ClosePayload(parsing: input)
            return .closed(close.code, reason: close.reason)
        } catch {
            // It was parsed when it was answered, so it cannot fail now; ending without a code is right in any case.
            return .closed(nil, reason: "")
        }
    }

    /// Begins the close handshake and returns the frame to write, empty when the connection is ending already.
    ///
    /// Messages of the peer are ignored from now on. Its close frame is reported as ``Action/closed(_:reason:)``; when
    /// none comes within ``WebSocketLimits/closeTimeout``, ``tick(now:)`` says so. The reason is cut to 123 bytes, and
    /// without a code there is none.
    package mutating func close(
        _ code: CloseCode?,
        reason: String,
        now: ContinuousClock.Instant
    ) -> ByteBuffer {
        guard phase == .open else { return ByteBuffer() }
        phase = .closing
        closingStart = moment(now)
        lastOutbound = closingStart
        message.ignore()
        let payload = code.map { ClosePayload($0, reason: reason).serialized() } ?? ByteBuffer()
        return FrameWriter.frame(.close, payload, role: role)
    }

    mutating func fail(_ violation: Violation, at now: Moment) -> Action {
        let frame = closeFrame(for: violation)
        end(at: now)
        return .fail(violation.code, reason: violation.reason, send: frame)
    }

    /// The frame that tells the peer what it did wrong, empty when a close frame was sent before.
    func closeFrame(for violation: Violation) -> ByteBuffer {
        guard phase == .open else { return ByteBuffer() }
        let payload = ClosePayload(violation.code, reason: violation.reason).serialized()
        return FrameWriter.frame(.close, payload, role: role)
    }

    /// Nothing is read from here on, and nothing is kept.
    mutating func end(at now: Moment) {
        phase = .ended
        closingStart = min(closingStart, now)
        input = ByteBuffer()
        message = IncomingMessage()
    }
}

import NIOCore

/// From bytes to frames and messages.
extension WebSocketMachine {
    mutating func nextFromFrames() throws(Violation) -> Action? {
        while true {
            if frameIsOpen {
                try takePayload()
                guard frameBytesLeft == 0 else { return awaitMore() }
                if let action = try finishFrame() { return action }
            }
            guard let header = try parseHeader() else { return awaitMore() }
            if header.opcode.isControl {
                guard input.readableBytes >= header.headerLength + header.payloadLength else { return awaitMore() }
                if let action = try takeControlFrame(header) { return action }
                guard phase == .open || phase == .closing else { return nil }
            } else if let message = try takeWholeMessage(header) {
                return message
            } else {
                try beginFrame(header)
            }
        }
    }

    private func parseHeader() throws(Violation) -> FrameHeader? {
        let rules = FrameHeader.Rules(
            role: role,
            insideMessage: message.kind != nil,
            allowsCompression: inflater != nil
        )
        return try input.withUnsafeReadableBytes { bytes throws(Violation) in
            try FrameHeader(parsing: bytes, rules: rules)
        }
    }

    /// The hot path: a message of one frame that lies whole in the input is cut out without copying, or inflated.
    ///
    /// Nil, and nothing taken, when the frame is not of this kind.
    private mutating func takeWholeMessage(_ header: FrameHeader) throws(Violation) -> Action? {
        guard header.isFinal, phase == .open, let kind = header.opcode.messageKind,
            header.payloadLength <= limits.deliveredBytes(of: kind),
            input.readableBytes - header.headerLength >= header.payloadLength
        else { return nil }
        input.moveReaderIndex(forwardBy: header.headerLength)
        guard let payload = input.readSlice(length: header.payloadLength) else { return nil }
        frameStart = .never
        if header.isCompressed {
            return try IncomingMessage.inflate(payload, kind, by: inflater, limits: limits)
        }
        if kind == .text {
            var checker = UTF8Checker()
            guard payload.withUnsafeReadableBytes({ checker.check($0) }), checker.isComplete else {
                throw .invalidText
            }
        }
        return .message(kind, payload)
    }

    private mutating func beginFrame(_ header: FrameHeader) throws(Violation) {
        if frameStart == .never { frameStart = lastInbound }
        if let kind = header.opcode.messageKind {
            message.begin(kind, isCompressed: header.isCompressed, ignored: phase == .closing)
            messageStart = frameStart
        }
        try message.admit(frameOf: header.payloadLength, limits: limits)
        input.moveReaderIndex(forwardBy: header.headerLength)
        frameIsOpen = true
        frameIsFinal = header.isFinal
        frameBytesLeft = header.payloadLength
    }

    private mutating func takePayload() throws(Violation) {
        let length = min(frameBytesLeft, input.readableBytes)
        guard length > 0 else { return }
        try input.withUnsafeReadableBytes { bytes throws(Violation) in
            try message.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(length)))
        }
        input.moveReaderIndex(forwardBy: length)
        frameBytesLeft -= length
    }

    private mutating func finishFrame() throws(Violation) -> Action? {
        frameIsOpen = false
        frameStart = .never
        guard frameIsFinal else { return nil }
        messageStart = .never
        return try message.finish(by: inflater, limits: limits)
    }

    /// Lets go of the read buffer: what is left, a few bytes of a header or a control frame, moves to a small one.
    private mutating func awaitMore() -> Action? {
        if input.readableBytes == 0 {
            input = ByteBuffer()
        } else {
            if frameStart == .never { frameStart = lastInbound }
            if input.storageCapacity > 256 { input = ByteBuffer(bytes: input.readableBytesView) }
        }
        return nil
    }
}

import NIOCore
import WebSocketWire

/// What came of received bytes, with the frames in it taken apart: a client's mask differs each time.
enum SeenAction: Hashable {
    case message(MessageKind, [UInt8])
    case discarded(MessageKind, size: Int, opening: [UInt8])
    case sent(opcode: UInt8, [UInt8])
    case pong([UInt8])
    case closed(UInt16?, reason: [UInt8])
    case failed(UInt16)

    /// - Parameter role: Whose action it is.
    init(_ action: WebSocketMachine.Action, of role: Role) throws(Broken) {
        switch action {
        case .message(let kind, let bytes): self = .message(kind, Array(bytes.readableBytesView))
        case .discarded(let kind, let size, let opening):
            self = .discarded(kind, size: size, opening: Array(opening.readableBytesView))
        case .send(let bytes):
            let frame = try WrittenFrame(bytes, by: role)
            self = .sent(opcode: frame.opcode, frame.payload)
        case .pong(let bytes): self = .pong(Array(bytes.readableBytesView))
        case .closed(let code, let reason): self = .closed(code?.rawValue, reason: Array(reason.utf8))
        case .fail(let code, let reason, let bytes):
            self = .failed(code.rawValue)
            try require(code.isValidOnWire, "fails with \(code.rawValue), which may not be sent")
            guard bytes.readableBytes > 0 else { return }
            let frame = try WrittenFrame(bytes, by: role)
            let said = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)] + Array(reason.utf8)
            try require(frame.opcode == 8 && frame.payload == said, "a failure's close frame says \(frame)")
        }
    }
}

/// One frame of the machine's own, read by another hand than wrote it.
struct WrittenFrame {
    let opcode: UInt8
    let payload: [UInt8]
    /// Bytes of the frame.
    let count: Int

    /// Wants exactly one whole, final frame.
    init(_ buffer: ByteBuffer, by role: Role) throws(Broken) {
        let bytes = Array(buffer.readableBytesView)
        try self.init(openingOf: bytes[...], by: role)
        try require(count == bytes.count, "\(bytes.count - count) bytes behind a frame")
    }

    /// Reads the frame that some bytes begin with.
    init(openingOf stream: ArraySlice<UInt8>, by role: Role) throws(Broken) {
        let bytes = Array(stream.prefix(14))
        try require(bytes.count >= 2 && bytes[0] & 0xF0 == 0x80, "no final frame: \(bytes.prefix(2))")
        let short = bytes[1] & 0x7F
        let wide = short == 127 ? 8 : short == 126 ? 2 : 0
        let start = 2 + wide + (role == .client ? 4 : 0)
        try require((bytes[1] & 0x80 != 0) == (role == .client), "a \(role)'s mask bit is wrong")
        try require(bytes.count >= start, "a header is cut off")
        let length = wide == 0 ? UInt64(short) : bytes[2..<2 + wide].reduce(0) { $0 << 8 | UInt64($1) }
        try require(wide == 0 || length > (wide == 2 ? 125 : 0xFFFF), "a length is not in its shortest form")
        try require(length <= UInt64(stream.count - start), "a payload is cut off")
        count = start + Int(length)
        opcode = bytes[0] & 0x0F
        let masked = Array(stream.dropFirst(start).prefix(Int(length)))
        payload = role == .server ? masked : masked.enumerated().map { $0.element ^ bytes[start - 4 + $0.offset % 4] }
        try require(opcode < 8 || payload.count <= 125, "a control frame of \(payload.count) bytes")
        try require(opcode != 1 || UTF8Reference.isText(payload), "a text is not UTF-8")
    }
}

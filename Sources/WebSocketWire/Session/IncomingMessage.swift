import NIOCore

/// A message that does not lie whole in one read: what has come of it so far.
///
/// All fragments are copied into one buffer, which grows with what was received, never by what was announced.
struct IncomingMessage {
    /// What becomes of the message's bytes.
    private enum Fate {
        case delivered
        /// Too large to be delivered: checked, and forgotten but for the opening.
        case discarded
        /// Came after we began to close: neither kept nor checked.
        case ignored
    }

    /// Bytes kept of a message that is thrown away, enough to find out which one it was.
    static let openingBytes = 4 * 1024

    private var bytes = ByteBuffer()
    /// Bytes of all its frames, as announced by those that have begun.
    private var size = 0
    private var frames: UInt32 = 0
    /// Nil between messages.
    private(set) var kind: MessageKind?
    private var fate = Fate.delivered
    /// Whether the bytes are compressed: then they are kept as they come, and judged when all are there.
    private var isCompressed = false
    private var text = UTF8Checker()

    /// Bytes of memory held, used or not.
    var heldBytes: Int { bytes.storageCapacity }

    mutating func begin(_ kind: MessageKind, isCompressed: Bool = false, ignored: Bool) {
        self = IncomingMessage()
        self.kind = kind
        self.isCompressed = isCompressed
        fate = ignored ? .ignored : .delivered
    }

    /// Stops to care for a message, because the connection is being closed.
    mutating func ignore() {
        fate = .ignored
        bytes = ByteBuffer()
    }

    /// Judges one more frame by its header, before any of its payload is taken.
    mutating func admit(frameOf length: Int, limits: WebSocketLimits) throws(Violation) {
        guard kind != nil, fate != .ignored else { return }
        frames += 1
        guard frames <= limits.fragments else { throw .policy("too many fragments") }
        try grow(by: length, limits: limits)
    }

    /// Judges so many more bytes.
    private mutating func grow(by length: Int, limits: WebSocketLimits) throws(Violation) {
        guard let kind else { return }
        guard length <= limits.messageBytes - size else { throw .tooBig }
        size += length
        guard fate == .delivered, size > keptBytes(of: kind, limits: limits) else { return }
        fate = .discarded
        bytes =
            bytes.readableBytes == 0
            ? ByteBuffer() : ByteBuffer(bytes: bytes.readableBytesView.prefix(Self.openingBytes))
    }

    /// Bytes of a message that are kept until it is whole.
    ///
    /// What does not get smaller by deflate gets larger by no more than an eighth.
    private func keptBytes(of kind: MessageKind, limits: WebSocketLimits) -> Int {
        let bytes = limits.deliveredBytes(of: kind)
        return isCompressed ? bytes + bytes / 8 + 64 : bytes
    }

    /// Takes the next bytes of payload.
    mutating func append(_ payload: UnsafeRawBufferPointer) throws(Violation) {
        guard fate != .ignored else { return }
        if kind == .text, !isCompressed {
            guard text.check(payload) else { throw .invalidText }
        }
        switch fate {
        case .delivered:
            bytes.writeBytes(payload)
        case .discarded:
            bytes.writeBytes(UnsafeRawBufferPointer(rebasing: payload.prefix(Self.openingBytes - bytes.readableBytes)))
        case .ignored:
            break
        }
    }

    /// Ends the message with its last frame; nil when it was ignored.
    ///
    /// - Parameter inflater: For a compressed one.
    mutating func finish(by inflater: Inflater?, limits: WebSocketLimits) throws(Violation) -> WebSocketMachine.Action?
    {
        defer { self = IncomingMessage() }
        guard let kind, fate != .ignored else { return nil }
        guard isCompressed else { return try finish(kind) }
        guard fate == .delivered else {
            return .discarded(kind, size: size, opening: inflater?.opening(of: bytes) ?? ByteBuffer())
        }
        return try Self.inflate(bytes, kind, by: inflater, limits: limits)
    }

    private func finish(_ kind: MessageKind) throws(Violation) -> WebSocketMachine.Action {
        guard text.isComplete else { throw .invalidText }
        return fate == .delivered ? .message(kind, bytes) : .discarded(kind, size: size, opening: bytes)
    }

    /// Inflates a whole message, which costs no more than one that came as it is: beyond the limits nothing is inflated.
    static func inflate(
        _ payload: ByteBuffer,
        _ kind: MessageKind,
        by inflater: Inflater?,
        limits: WebSocketLimits
    ) throws(Violation) -> WebSocketMachine.Action {
        // The header was refused where there is none.
        guard let inflater else { throw .protocolError("reserved bit set") }
        var message = IncomingMessage()
        message.begin(kind, ignored: false)
        try inflater.inflate(payload) { bytes throws(Violation) in
            try message.grow(by: bytes.count, limits: limits)
            try message.append(bytes)
        }
        return try message.finish(kind)
    }
}

extension Inflater {
    /// The first bytes of a message of which only the beginning was kept.
    fileprivate func opening(of payload: ByteBuffer) -> ByteBuffer {
        var opening = ByteBuffer()
        do throws(Violation) {
            try inflate(payload, isCut: true) { bytes throws(Violation) in
                let room = IncomingMessage.openingBytes - opening.readableBytes
                opening.writeBytes(UnsafeRawBufferPointer(rebasing: bytes.prefix(room)))
                guard opening.readableBytes < IncomingMessage.openingBytes else { throw .tooBig }
            }
        } catch {
            // It is enough, or there is no more of it that can be read.
        }
        return opening
    }
}

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
    private var text = UTF8Checker()

    /// Bytes of memory held, used or not.
    var heldBytes: Int { bytes.storageCapacity }

    mutating func begin(_ kind: MessageKind, ignored: Bool) {
        self = IncomingMessage()
        self.kind = kind
        fate = ignored ? .ignored : .delivered
    }

    /// Stops to care for a message, because the connection is being closed.
    mutating func ignore() {
        fate = .ignored
        bytes = ByteBuffer()
    }

    /// Judges one more frame by its header, before any of its payload is taken.
    mutating func admit(frameOf length: Int, limits: WebSocketLimits) throws(Violation) {
        guard let kind, fate != .ignored else { return }
        frames += 1
        guard frames <= limits.fragments else { throw .policy("too many fragments") }
        guard length <= limits.messageBytes - size else { throw .tooBig }
        size += length
        if fate == .delivered, size > limits.deliveredBytes(of: kind) {
            fate = .discarded
            bytes =
                bytes.readableBytes == 0
                ? ByteBuffer() : ByteBuffer(bytes: bytes.readableBytesView.prefix(Self.openingBytes))
        }
    }

    /// Takes the next bytes of payload.
    mutating func append(_ payload: UnsafeRawBufferPointer) throws(Violation) {
        guard fate != .ignored else { return }
        if kind == .text {
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
    mutating func finish() throws(Violation) -> WebSocketMachine.Action? {
        defer { self = IncomingMessage() }
        guard let kind, fate != .ignored else { return nil }
        guard text.isComplete else { throw .invalidText }
        return fate == .delivered ? .message(kind, bytes) : .discarded(kind, size: size, opening: bytes)
    }
}

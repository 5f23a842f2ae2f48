package import NIOCore

extension EngineIOMachine {
    /// Something to be sent.
    package enum Outgoing: Sendable, Hashable {
        /// A whole packet's text, so with the `4` of a message.
        case text(ByteBuffer)
        /// The bytes of a binary message.
        case binary(ByteBuffer)

        /// Bytes it holds.
        var length: Int {
            switch self {
            case .text(let bytes), .binary(let bytes): bytes.readableBytes
            }
        }

        /// Bytes of its form for polling.
        var textLength: Int {
            switch self {
            case .text(let text): text.readableBytes
            case .binary(let bytes): 1 + Base64.length(of: bytes.readableBytes)
            }
        }

        func writeText(into buffer: inout ByteBuffer) {
            switch self {
            case .text(let text): buffer.writeImmutableBuffer(text)
            case .binary(let bytes): EngineIOPacket.binary(bytes).write(into: &buffer)
            }
        }
    }

    /// Whether the caller may write messages to the carrier by itself, in their order with what it sends through here.
    ///
    /// So it is while a WebSocket carries the session, nothing waits to be pulled, and the client takes binary messages.
    package var isDirect: Bool { carrier == .websocket && takesBinary && phase == .open && ready.isEmpty }

    /// Bytes of messages that wait for a GET, for the caller to bound.
    package var queuedBytes: Int { queue.bytes }

    /// Messages that wait for a GET, pings included.
    package var queuedPackets: Int { queue.count }

    /// Sends one message; passed over when the session is closing.
    package mutating func send(_ message: Outgoing) {
        send(message, follows: false)
    }

    /// Sends a message with those that belong to it: nothing comes between them, and one carrier carries them all.
    ///
    /// In one reply, too, where they are no more than ``EngineIOSettings/packetsPerReply``.
    package mutating func send(_ messages: [Outgoing]) {
        for (place, message) in messages.enumerated() { send(message, follows: place > 0) }
    }

    private mutating func send(_ message: Outgoing, follows: Bool) {
        guard phase == .open else { return }
        switch carrier {
        case .polling: queue.append(message, follows: follows)
        case .websocket: write(message)
        }
    }

    mutating func write(_ message: Outgoing) {
        switch message {
        case .text(let text): ready.append(.write(.carrier, .text, text))
        case .binary(let bytes) where takesBinary: ready.append(.write(.carrier, .binary, bytes))
        case .binary: ready.append(.write(.carrier, .text, EngineIOPayload.join([message])))
        }
    }
}

package import NIOCore

/// One packet: a character for its type, and what it carries.
///
/// Engine.IO v4, "Packet encoding". This is the form of polling, and of WebSocket text messages; a binary WebSocket message has
/// no type and is ``binary(_:)``.
package enum EngineIOPacket: Sendable, Hashable {
    case open(ByteBuffer)
    case close
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    case message(ByteBuffer)
    case upgrade
    case noop
    /// Base64 behind a `b`.
    case binary(ByteBuffer)

    /// Reads a whole packet; what it carries is a slice of it.
    package init(decoding packet: ByteBuffer) throws(EngineIOViolation) {
        var rest = packet
        guard let type = rest.readInteger(as: UInt8.self) else { throw .emptyPacket }
        switch type {
        case UInt8(ascii: "4"): self = .message(rest)
        case UInt8(ascii: "b"): self = .binary(try Base64.decode(rest))
        case UInt8(ascii: "0"): self = .open(rest)
        case UInt8(ascii: "2"): self = .ping(rest)
        case UInt8(ascii: "3"): self = .pong(rest)
        case UInt8(ascii: "1"): self = try .close.alone(rest)
        case UInt8(ascii: "5"): self = try .upgrade.alone(rest)
        case UInt8(ascii: "6"): self = try .noop.alone(rest)
        default: throw .unknownType
        }
    }

    private func alone(_ rest: ByteBuffer) throws(EngineIOViolation) -> EngineIOPacket {
        guard rest.readableBytes == 0 else { throw .unexpectedPayload }
        return self
    }

    /// Appends the packet's text.
    package func write(into text: inout ByteBuffer) {
        switch self {
        case .open(let payload): Self.write("0", payload, into: &text)
        case .close: text.writeStaticString("1")
        case .ping(let payload): Self.write("2", payload, into: &text)
        case .pong(let payload): Self.write("3", payload, into: &text)
        case .message(let payload): Self.write("4", payload, into: &text)
        case .upgrade: text.writeStaticString("5")
        case .noop: text.writeStaticString("6")
        case .binary(let bytes):
            text.writeStaticString("b")
            Base64.write(bytes, into: &text)
        }
    }

    private static func write(_ type: StaticString, _ payload: ByteBuffer, into text: inout ByteBuffer) {
        text.writeStaticString(type)
        text.writeImmutableBuffer(payload)
    }
}

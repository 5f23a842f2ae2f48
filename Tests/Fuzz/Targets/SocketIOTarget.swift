import NIOCore
import SocketIOWire

/// Packets beside another reading of the protocol, and a machine beside a plain account of what it was told.
enum SocketIOTarget {
    /// Small enough for a short input to reach each of them.
    static let limits: SocketIOLimits = {
        var limits = SocketIOLimits()
        limits.textBytes = 400
        limits.binaryBytes = 100
        limits.packetBytes = 600
        limits.attachments = 10
        limits.arguments = 20
        limits.namespaces = 3
        limits.namespaceBytes = 30
        return limits
    }()

    /// The first two bytes are choices, then messages with 0x1E between them, binary ones behind a `b`.
    static func run(_ input: [UInt8]) throws(Broken) {
        var choices = Choices(input.prefix(2))
        let messages = input.dropFirst(2).split(separator: 0x1E, omittingEmptySubsequences: false).map(Array.init)
        for message in messages { try checkPacket(message) }
        var conversation = SocketIOConversation(limits: limits)
        for message in messages { try conversation.receive(message, &choices) }
        try conversation.end()
    }

    /// One text by both readings, and written anew.
    private static func checkPacket(_ text: [UInt8]) throws(Broken) {
        let packet = SocketIOPacket(reading: ByteBuffer(bytes: text), limits: limits)
        if SocketIOReference.isComparable(text) {
            let reference = SocketIOReference(text, limits: limits)
            try require(
                (packet == nil) == (reference == nil),
                "\(packet == nil ? "refused" : "taken"), which the other reading does not: \(shown(text))"
            )
            if let packet, let reference { try reference.compare(with: packet) }
        }
        guard let packet else { return }
        let written = packet.encoded()
        try require(written.readableBytesView.first == UInt8(ascii: "4"), "does not begin with a 4")
        // Escapes of the name may be longer than its characters were.
        guard written.readableBytes <= limits.textBytes else { return }
        let again = SocketIOPacket(reading: ByteBuffer(bytes: written.readableBytesView.dropFirst()), limits: limits)
        try require(again == packet, "written and read again: \(again as Any)")
        try require(again?.encoded() == written, "has two spellings")
    }

    static func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
}

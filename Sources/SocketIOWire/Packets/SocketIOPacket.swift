package import NIOCore

/// One packet as a value: what a text says, without the bytes of its attachments.
///
/// Socket.IO protocol v5. Pieces of JSON are slices of the text they came in.
package struct SocketIOPacket: Hashable, Sendable {
    /// What a packet is for.
    package enum Content: Hashable, Sendable {
        /// A wish to join, with a JSON object or nothing, or the answer to it, an object with `sid`.
        case connect(ByteBuffer?)
        case disconnect
        /// Where an id is given, an acknowledgement is asked for.
        case event(EventName, [ByteBuffer], id: UInt64?)
        case acknowledgement(id: UInt64, [ByteBuffer])
        /// A JSON object with `message`; the server's alone.
        case connectError(ByteBuffer)
    }

    /// `/` where the wire says nothing.
    package var namespace: String
    package var content: Content
    /// How many binary messages follow, 0 for a packet of text alone; only events and acknowledgements have any.
    package var attachments: Int

    package init(_ content: Content, namespace: String = "/", attachments: Int = 0) {
        self.namespace = namespace
        self.content = content
        self.attachments = attachments
    }
}

/// An event's name: a text, or a number, which JavaScript allows.
package struct EventName: Hashable, Sendable {
    /// The characters of the text, or the number as it is written in JSON.
    package var text: String
    /// Whether it is a number; `1` is another name than `"1"`.
    package var isNumber: Bool

    package init(_ text: String, isNumber: Bool = false) {
        self.text = text
        self.isNumber = isNumber
    }

    /// Whether it names what happens to a socket itself, so that nobody may send it.
    var isReserved: Bool {
        switch text {
        case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener": !isNumber
        default: false
        }
    }
}

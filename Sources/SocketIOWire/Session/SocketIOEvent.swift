package import NIOCore

/// An event that a client sent, whole.
package struct SocketIOEvent: Hashable, Sendable {
    package var namespace: String
    package var name: EventName
    /// JSON, each of them valid by its grammar alone; in an event with attachments every placeholder names one of them.
    package var arguments: [ByteBuffer]
    /// Under which the client waits for one acknowledgement, if it does.
    package var id: UInt64?
    /// Bytes, in the order of the placeholders' numbers.
    package var attachments: [ByteBuffer]

    package init(
        namespace: String = "/",
        name: EventName,
        arguments: [ByteBuffer],
        id: UInt64? = nil,
        attachments: [ByteBuffer] = []
    ) {
        self.namespace = namespace
        self.name = name
        self.arguments = arguments
        self.id = id
        self.attachments = attachments
    }

    /// The attachment that an argument as a whole stands for; nil where it is JSON of its own, or there is no such argument.
    package func attachment(at argument: Int) -> ByteBuffer? {
        guard !attachments.isEmpty, arguments.indices.contains(argument) else { return nil }
        let text = arguments[argument]
        let bytes = text.readableBytesSpan
        var nesting = PlaceholderNesting(attachments: attachments.count)
        var scanner = JSONScanner(position: 0)
        do throws(Malformed) {
            try scanner.value(bytes, &nesting)
        } catch {
            return nil
        }
        return nesting.whole.map { attachments[$0] }
    }
}

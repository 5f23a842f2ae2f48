import NIOCore

/// What has come and was not taken yet.
struct Inbox: Sendable {
    struct Message {
        let kind: EngineIOMachine.Kind
        /// All of it, or how it began.
        let payload: ByteBuffer
        /// Bytes of a message that was thrown away.
        var oversize: Int?

        var action: EngineIOMachine.Action {
            guard let oversize else { return .message(kind, payload) }
            return .oversized(kind, size: oversize, opening: payload)
        }
    }

    /// The rest of the POST that is being taken.
    var body: ByteBuffer?
    /// What came over the WebSocket.
    private var message: Message?
    /// More of it, while the caller takes nothing: none where it feeds only a machine that it has drained.
    private var later = Backlog<Message>()

    /// Whether something can be taken, where messages may have to wait.
    func hasNext(takingMessages: Bool) -> Bool {
        guard let body else { return takingMessages && message != nil }
        return takingMessages || !Self.isMessage(body)
    }

    private static func isMessage(_ packet: ByteBuffer) -> Bool {
        let type = packet.readableBytesView.first
        return type == UInt8(ascii: "4") || type == UInt8(ascii: "b")
    }

    mutating func append(_ arrived: Message) {
        if message == nil { message = arrived } else { later.append(arrived) }
    }

    mutating func popMessage() -> Message? {
        guard let next = message else { return nil }
        message = later.popFirst()
        return next
    }
}

/// One frame from the service to a client: the header of design §1 and an event.
public struct ServerFrame: Sendable, Hashable {
    /// The frame's own id, a UUIDv7.
    public var id: UUIDv7
    /// Unix milliseconds.
    public var timestamp: Int64
    /// Where the event belongs, if anywhere; encoded into the header and into `data`.
    public var conversationID: ConversationID?
    /// The id of the client frame that this answers; only in `ack`, `error` and `pong`.
    public var replyTo: FrameID?
    /// What happened.
    public var event: ServerEvent

    /// Makes a frame.
    public init(
        id: UUIDv7,
        timestamp: Int64,
        conversationID: ConversationID? = nil,
        replyTo: FrameID? = nil,
        event: ServerEvent
    ) {
        self.id = id
        self.timestamp = timestamp
        self.conversationID = conversationID
        self.replyTo = replyTo
        self.event = event
    }
}

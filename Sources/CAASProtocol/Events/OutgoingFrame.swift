/// A frame as a client sends it.
public struct OutgoingFrame: Sendable, Hashable {
    /// The client's name for the frame, its idempotency key (R1, R2).
    public var id: FrameID
    /// The event's name.
    public var type: String
    /// Where, if anywhere.
    public var conversationID: ConversationID?
    /// The payload.
    public var data: JSONFragment?
    /// Whether an acknowledgement is asked for (R11).
    public var wantsAck: Bool
    /// The message quoted (R8).
    public var replyTo: MessageID?
    /// The client's clock; Unix milliseconds.
    public var timestamp: Int64?

    /// Makes a frame.
    public init(
        id: FrameID,
        type: String,
        conversationID: ConversationID? = nil,
        data: JSONFragment? = nil,
        wantsAck: Bool = true,
        replyTo: MessageID? = nil,
        timestamp: Int64? = nil
    ) {
        self.id = id
        self.type = type
        self.conversationID = conversationID
        self.data = data
        self.wantsAck = wantsAck
        self.replyTo = replyTo
        self.timestamp = timestamp
    }

    /// Appends the frame's JSON text, the members in the order of design §1.
    public func encode(into output: inout [UInt8]) {
        output.object { output in
            output.member(#","id":"#, id: id.rawValue)
            output.member(#","type":"#, text: type)
            output.append(#","version":1"#)
            output.member(#","timestamp":"#, integer: timestamp)
            output.member(#","conversationId":"#, id: conversationID?.rawValue)
            output.member(#","data":"#, json: data)
            if wantsAck { output.append(#","ack":true"#) }
            output.member(#","replyTo":"#, id: replyTo?.rawValue)
        }
    }
}

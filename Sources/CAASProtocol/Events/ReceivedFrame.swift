/// What a client reads of one server frame: the header, and the data as JSON.
public struct ReceivedFrame: Sendable, Hashable {
    /// The frame's own id.
    public let id: String
    /// The event's name.
    public let type: String
    /// The server's clock; Unix milliseconds.
    public let timestamp: Int64
    /// Where the event belongs, if anywhere.
    public let conversationID: ConversationID?
    /// The id of the client frame that this answers.
    public let replyTo: FrameID?
    /// The payload.
    public let data: JSONFragment?

    /// Reads one frame as strictly as the service does, with room for what it relays inside lists.
    public static func scan(_ bytes: RawSpan) throws(FrameRefusal) -> ReceivedFrame {
        var envelope = Envelope()
        do throws(JSONFault) {
            try envelope.read(bytes, limits: .init(depth: 64, members: .max))
        } catch {
            throw envelope.refusal(error, bytes)
        }
        do throws(SpecError) {
            return try ReceivedFrame(envelope, bytes)
        } catch {
            throw envelope.refusal(error, bytes)
        }
    }

    private init(_ envelope: borrowing Envelope, _ bytes: RawSpan) throws(SpecError) {
        let frame = envelope.frame
        type = try frame.required(.type, try frame.text(.type, bytes))
        try envelope.checkVersion(bytes)
        id = try frame.required(.id, try frame.text(.id, bytes))
        timestamp = try frame.required(.timestamp, try frame.integer(.timestamp, bytes))
        conversationID = try envelope.conversationID(bytes)
        replyTo = try frame.id(.replyTo, bytes)
        let data = frame[.data]
        self.data = data.isMissing ? nil : JSONFragment(checked: bytes.extracting(data.range).array())
    }
}

/// Data of `event:send` (R76).
public struct EventSend: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// The event's own name, of the pattern of a frame's id (R1).
    public var name: String
    /// Any JSON, at most 8 KiB, relayed as sent.
    public var payload: JSONFragment

    /// Makes the payload.
    public init(conversationID: ConversationID, name: String, payload: JSONFragment) {
        self.conversationID = conversationID
        self.name = name
        self.payload = payload
    }
}

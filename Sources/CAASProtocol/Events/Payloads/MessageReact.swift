/// Data of `message:react` (R21).
public struct MessageReact: Sendable, Hashable {
    /// The message reacted to.
    public var messageID: MessageID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?
    /// With what; at most 64 bytes, compared as bytes (R78).
    public var emoji: String
    /// Whether the reaction is set or taken back.
    public var on: Bool

    /// Makes the payload.
    public init(messageID: MessageID, conversationID: ConversationID? = nil, emoji: String, on: Bool) {
        self.messageID = messageID
        self.conversationID = conversationID
        self.emoji = emoji
        self.on = on
    }
}

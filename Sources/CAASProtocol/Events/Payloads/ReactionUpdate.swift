/// Data of `reaction:update` (R21).
public struct ReactionUpdate: Sendable, Hashable {
    /// How many users reacted alike.
    public struct Count: Sendable, Hashable {
        /// With what.
        public var emoji: String
        /// How many users.
        public var count: Int64

        /// Makes a count.
        public init(emoji: String, count: Int64) {
            self.emoji = emoji
            self.count = count
        }
    }

    /// The message.
    public var messageID: MessageID
    /// Who reacted.
    public var userID: UserID
    /// With what.
    public var emoji: String
    /// Whether the reaction was set or taken back.
    public var on: Bool
    /// How often each emoji stands there now, no emoji twice.
    public var counts: [Count]
    /// The place of this change (R3).
    public var offset: Int64

    /// Makes the data.
    public init(messageID: MessageID, userID: UserID, emoji: String, on: Bool, counts: [Count], offset: Int64) {
        self.messageID = messageID
        self.userID = userID
        self.emoji = emoji
        self.on = on
        self.counts = counts
        self.offset = offset
    }
}

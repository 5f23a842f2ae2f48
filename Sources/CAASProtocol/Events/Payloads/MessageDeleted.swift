/// Data of `message:deleted`.
public struct MessageDeleted: Sendable, Hashable {
    /// The message.
    public var messageID: MessageID
    /// Its place among the messages.
    public var seq: Int64
    /// The place of this change (R3).
    public var offset: Int64
    /// When, by whom and why.
    public var tombstone: Message.Tombstone

    /// Makes the data.
    public init(messageID: MessageID, seq: Int64, offset: Int64, tombstone: Message.Tombstone) {
        self.messageID = messageID
        self.seq = seq
        self.offset = offset
        self.tombstone = tombstone
    }
}

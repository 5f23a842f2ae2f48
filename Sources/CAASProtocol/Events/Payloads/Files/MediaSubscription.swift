/// Data of `media:subscribe` and `media:unsubscribe` (R52).
public struct MediaSubscription: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Which packets, no kind twice; nil is all.
    public var kinds: [MediaPacket.Kind]?

    /// Makes the payload.
    public init(conversationID: ConversationID, kinds: [MediaPacket.Kind]? = nil) {
        self.conversationID = conversationID
        self.kinds = kinds
    }
}

/// Data of `conversation:members`.
public struct ConversationMembers: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// Which page.
    public var page: Page

    /// Makes the payload.
    public init(conversationID: ConversationID, page: Page) {
        self.conversationID = conversationID
        self.page = page
    }
}

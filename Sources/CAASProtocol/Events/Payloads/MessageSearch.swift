/// Data of `message:search`.
public struct MessageSearch: Sendable, Hashable {
    /// What to look for: `q` on the wire.
    public var query: String
    /// Where; nil is everywhere.
    public var conversationID: ConversationID?
    /// Which of the results.
    public var page: Page

    /// Makes the payload.
    public init(query: String, conversationID: ConversationID? = nil, page: Page = Page()) {
        self.query = query
        self.conversationID = conversationID
        self.page = page
    }
}

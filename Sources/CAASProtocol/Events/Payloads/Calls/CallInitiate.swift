/// Data of `call:initiate` (R41, R49): a user, or a conversation for a group.
public struct CallInitiate: Sendable, Hashable {
    /// Whom; nil only for a group.
    public var targetUserID: UserID?
    /// The group; beside a user, where the client believes the call to belong.
    public var conversationID: ConversationID?
    /// Sound or pictures too; always there with a user.
    public var type: CallType?

    /// Makes the payload.
    public init(targetUserID: UserID? = nil, conversationID: ConversationID? = nil, type: CallType? = nil) {
        self.targetUserID = targetUserID
        self.conversationID = conversationID
        self.type = type
    }
}

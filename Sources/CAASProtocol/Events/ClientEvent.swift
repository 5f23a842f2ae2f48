/// What a client may ask for: one case per row of the client tables (design §2 and its extensions).
///
/// The conversation that a frame names is in ``ClientFrame/conversationID``; a payload repeats it where it needs it.
public enum ClientEvent: Sendable, Hashable {
    /// Stores a message and publishes it.
    case messageSend(MessageSend)
    /// Replaces the content of one's own message.
    case messageEdit(MessageEdit)
    /// Erases a message and leaves a tombstone.
    case messageDelete(MessageDelete)
    /// Reads a page of messages.
    case messageHistory(MessageHistory)
    /// Says that the user is typing.
    case typingStart(ConversationID)
    /// Says that the user has stopped.
    case typingStop(ConversationID)
    /// Makes a conversation.
    case conversationCreate(ConversationCreate)
    /// Subscribes this connection.
    case conversationJoin(ConversationID)
    /// Unsubscribes this connection, or ends the membership.
    case conversationLeave(ConversationLeave)
    /// Lists the user's conversations.
    case conversationList(Page)
    /// Lists a conversation's members.
    case conversationMembers(ConversationMembers)
    /// Makes users members.
    case conversationInvite(ConversationInvite)
    /// Ends a membership.
    case conversationRemove(ConversationRemove)
    /// Changes a member's role.
    case conversationRole(ConversationRole)
    /// Authenticates the connection.
    case sessionAuth(SessionAuth)
    /// Replaces the session's token.
    case sessionRefresh(token: String)
    /// Asks for a sign of life.
    case ping
    /// A row of the tables whose behaviour is not built; it is answered `INVALID_PAYLOAD` reason=not_yet.
    case notYet(ClientEventType)
}

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
    /// Sets the user's status (R34).
    case presenceUpdate(PresenceUpdate)
    /// Starts a call.
    case callInitiate(CallInitiate)
    /// Takes a call that rings.
    case callAnswer(CallReference)
    /// Refuses a call that rings.
    case callReject(CallReference)
    /// Ends a call.
    case callEnd(CallReference)
    /// Says how far the user has read.
    case messageRead(MessageReceipt)
    /// Says how far messages have reached the user.
    case messageDelivered(MessageReceipt)
    /// Sets or takes back a reaction.
    case messageReact(MessageReact)
    /// Pins a message or unpins it.
    case messagePin(MessagePin)
    /// Looks for messages.
    case messageSearch(MessageSearch)
    /// Asks for all that changed since.
    case conversationSync(ConversationSync)
    /// Changes a conversation's settings.
    case conversationUpdate(ConversationUpdate)
    /// Watches the presence of users.
    case presenceSubscribe(PresenceSubscription)
    /// Watches users no more.
    case presenceUnsubscribe(PresenceSubscription)
    /// Tells another participant of a call something.
    case callSignal(CallSignal)
    /// Asks for new ways for a call's media.
    case callICE(CallReference)
    /// Sends an event of one's own.
    case eventSend(EventSend)
    /// Blocks a user or unblocks one.
    case userBlock(UserBlock)
    /// Wants media packets.
    case mediaSubscribe(MediaSubscription)
    /// Wants no media packets.
    case mediaUnsubscribe(MediaSubscription)
    /// Begins to send a file.
    case fileBegin(FileBegin)
    /// Asks where to go on with a file.
    case fileResume(FileResume)
    /// A row of the tables whose behaviour is not built; it is answered `INVALID_PAYLOAD` reason=not_yet.
    case notYet(ClientEventType)
}

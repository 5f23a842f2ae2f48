/// What the service tells a client: one case per row of the server tables.
public enum ServerEvent: Sendable, Hashable {
    /// A message was stored.
    case messageNew(Message)
    /// A message was edited (R18).
    case messageUpdated(MessageUpdated)
    /// A message was deleted (R19).
    case messageDeleted(MessageDeleted)
    /// Somebody types or has stopped (R32).
    case typingUpdate(userID: UserID, typing: Bool, expiresAt: Int64?)
    /// A request failed for which no acknowledgement was asked, or the connection has a problem.
    case error(SpecError)
    /// Answers one client frame that asked for it (R11).
    case ack(Acknowledgement)
    /// The first event on every authenticated connection (R10).
    case sessionReady(SessionReady)
    /// The node is about to close (R68).
    case serverDrain(reconnectInMs: Int64)
    /// The user became a member, or a setting changed (R26).
    case conversationUpdated(ConversationSummary)
    /// The user is no member any more (R31).
    case conversationRemoved(ConversationRemoved)
    /// A membership of the conversation changed.
    case memberUpdated(MemberUpdated)
    /// A user's presence changed (R34).
    case presenceUpdate(Presence)
    /// Somebody calls (R42).
    case callIncoming(CallIncoming)
    /// A call was answered (R43).
    case callAnswered(CallAnswered)
    /// A call ended (R39).
    case callEnded(CallEnded)
    /// A device of the callee rings (R42).
    case callRinging(CallID)
    /// A call's state changed (R48).
    case callUpdate(CallUpdate)
    /// A participant of a call says something (R46).
    case callSignal(CallSignalled)
    /// A reaction was set or taken back (R21).
    case reactionUpdate(ReactionUpdate)
    /// Somebody has read or received (R23).
    case receiptUpdate(ReceiptUpdate)
    /// Settings of a conversation changed: a `conversation:updated` of the changed fields alone.
    case conversationChanged(ConversationChange)
    /// An event of somebody's own (R76).
    case eventNew(EventNew)
    /// Packets of a stream were dropped (R54).
    case mediaCongestion(MediaCongestion)
    /// Chunks of a file have arrived (R53).
    case fileProgress(FileProgress)
    /// A file has arrived as a whole (R53).
    case fileComplete(FileComplete)
    /// All that was missed in the session has been sent again (R64).
    case sessionResumed
    /// The token ends soon (R58).
    case sessionExpiring(expiresAt: Int64)
    /// Answers a `ping` for which no acknowledgement was asked (R67).
    case pong(serverTime: Int64)

    /// The event's name on the wire.
    public var type: ServerEventType {
        switch self {
        case .messageNew: .messageNew
        case .messageUpdated: .messageUpdated
        case .messageDeleted: .messageDeleted
        case .typingUpdate: .typingUpdate
        case .error: .error
        case .ack: .ack
        case .sessionReady: .sessionReady
        case .serverDrain: .serverDrain
        case .conversationUpdated: .conversationUpdated
        case .conversationRemoved: .conversationRemoved
        case .memberUpdated: .memberUpdated
        case .pong: .pong
        case .presenceUpdate: .presenceUpdate
        case .callIncoming: .callIncoming
        case .callAnswered: .callAnswered
        case .callEnded: .callEnded
        case .callRinging: .callRinging
        case .callUpdate: .callUpdate
        case .callSignal: .callSignal
        case .reactionUpdate: .reactionUpdate
        case .receiptUpdate: .receiptUpdate
        case .conversationChanged: .conversationUpdated
        case .eventNew: .eventNew
        case .mediaCongestion: .mediaCongestion
        case .fileProgress: .fileProgress
        case .fileComplete: .fileComplete
        case .sessionResumed: .sessionResumed
        case .sessionExpiring: .sessionExpiring
        }
    }
}

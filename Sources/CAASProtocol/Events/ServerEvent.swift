/// What the service tells a client: one case per row of the server tables that is built.
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
        }
    }
}

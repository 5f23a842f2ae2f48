package import CAASProtocol

/// What is asked about calls, by clients and by the service itself.
package enum CallCommand: Sendable, Hashable {
    case initiate(CallInitiate)
    case answer(CallReference)
    case reject(CallReference)
    case end(CallReference)
    case signal(CallSignal)
    case ice(CallReference)
    /// The service's own: the time of a call has come.
    case due(CallKey)
    /// The service's own: the store is told that the calls go on, and who knows of which end.
    case vouch

    /// Whether the service asks itself.
    var isOwn: Bool {
        switch self {
        case .due, .vouch: true
        case .initiate, .answer, .reject, .end, .signal, .ice: false
        }
    }
}

/// What follows from a change of a call.
enum CallEffect {
    /// The answer comes here, before what follows.
    case answer
    /// Tell a user's connections that may call: all of them, only one, or all but one.
    case tell(UserID, ConversationKey, ServerEvent, only: ConnectionID? = nil, except: ConnectionID? = nil)
    /// Tell all of a user's connections: it is not about the call.
    case tellAll(UserID, ConversationKey, ServerEvent)
    /// Tell all readers, also the acting connection, whose answer has no offset.
    case publish(ConversationKey, ServerEvent)
    /// A side has lost its connection: the other side is told.
    case lost(CallKey, CallSide)
    /// The call is over: tell both, also those who come later.
    case ended(CallRecord)
    /// Somebody is here who has missed the end of a call.
    case arrived
    /// A user has ended, whom nothing is told of any call any more.
    case forgotten(UserKey)
    /// The store knows who was told of which end.
    case vouched([CallKey: Set<UserID>])
}

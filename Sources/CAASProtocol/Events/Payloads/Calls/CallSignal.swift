/// Data of a client's `call:signal` (R46).
public struct CallSignal: Sendable, Hashable {
    /// What participants tell each other.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A description offered.
        case offer
        /// A description in answer.
        case answer
        /// Ways to be reached.
        case candidates
        /// The wish for a new offer.
        case renegotiate
        /// No further candidates follow.
        case endOfCandidates = "end_of_candidates"
        /// Whatever the application wants.
        case app
    }

    /// Which call.
    public var callID: CallID
    /// Where the client believes it to be; given and wrong is `NOT_FOUND` (R7).
    public var conversationID: ConversationID?
    /// The participant; nil where there is one other.
    public var to: UserID?
    /// What the payload is.
    public var kind: Kind
    /// Any JSON, at most 32 KiB, relayed as sent.
    public var payload: JSONFragment

    /// Makes the payload.
    public init(
        callID: CallID,
        conversationID: ConversationID? = nil,
        to: UserID? = nil,
        kind: Kind,
        payload: JSONFragment
    ) {
        self.callID = callID
        self.conversationID = conversationID
        self.to = to
        self.kind = kind
        self.payload = payload
    }
}

/// Data of `conversation:removed` (R31).
public struct ConversationRemoved: Sendable, Hashable {
    /// Why a conversation is not to be seen any more.
    public enum Reason: String, Sendable, Hashable {
        /// Removed by somebody.
        case kicked
        /// Removed and not let in again.
        case banned
        /// By the user's own wish.
        case left
        /// The conversation is gone.
        case deleted
        /// The user has blocked the other one (R77): the membership goes on, and is seen again when it does no more.
        case blocked
    }

    /// Why.
    public var reason: Reason
    /// Who did it.
    public var by: UserID?
    /// The end of a timed ban; Unix milliseconds.
    public var until: Int64?

    /// Makes the data.
    public init(reason: Reason, by: UserID? = nil, until: Int64? = nil) {
        self.reason = reason
        self.by = by
        self.until = until
    }
}

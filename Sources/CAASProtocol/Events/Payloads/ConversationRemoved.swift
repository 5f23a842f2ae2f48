/// Data of `conversation:removed` (R31).
public struct ConversationRemoved: Sendable, Hashable {
    /// Why a membership ended.
    public enum Reason: String, Sendable, Hashable {
        /// Removed by somebody.
        case kicked
        /// Removed and not let in again.
        case banned
        /// By the user's own wish.
        case left
        /// The conversation is gone.
        case deleted
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

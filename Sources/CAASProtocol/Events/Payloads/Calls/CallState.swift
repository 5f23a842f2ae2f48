/// How a call stands (R39, R48).
public enum CallState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has answered yet.
    case ringing
    /// The participants talk.
    case answered
    /// A participant was lost and may come back.
    case reconnecting
    /// It is over, for good.
    case ended
}

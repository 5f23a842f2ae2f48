/// What a call carries (R41).
public enum CallType: String, Sendable, Hashable, CaseIterable {
    /// Sound.
    case audio
    /// Sound and pictures.
    case video
}

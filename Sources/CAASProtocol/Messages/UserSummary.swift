/// A user as others see it (R26).
public struct UserSummary: Sendable, Hashable {
    /// The user.
    public var userID: UserID
    /// From the latest token or the API.
    public var name: String?
    /// From the latest token or the API.
    public var avatarURL: String?

    /// Makes a summary.
    public init(userID: UserID, name: String?, avatarURL: String?) {
        self.userID = userID
        self.name = name
        self.avatarURL = avatarURL
    }
}

package import CAASProtocol

/// What a connection is told of its user when it opens (R10, R26).
package struct Welcome: Sendable, Hashable {
    /// From the latest token or the API.
    package var name: String?
    package var avatarURL: String?
    /// The frame ids of the user's last messages, oldest first (R66).
    package var lastClientIDs: [FrameID]

    package init(name: String?, avatarURL: String?, lastClientIDs: [FrameID]) {
        self.name = name
        self.avatarURL = avatarURL
        self.lastClientIDs = lastClientIDs
    }
}

/// How presence is kept and told.
package struct PresenceSettings: Sendable, Hashable {
    /// Who sees a user (R37).
    package enum Visibility: String, Sendable, Hashable, CaseIterable {
        /// Who shares a direct or group conversation.
        case shared
        /// Everybody of the tenant.
        case tenant
    }

    package var visibility = Visibility.shared
    /// How long a connection that broke counts as there (R36).
    package var grace = Duration.seconds(15)
    /// Between two tellings of one user (R36).
    package var interval = Duration.seconds(3)
    /// Users that one connection may watch, direct partners not counted.
    package var watchedUsers = 500

    package init() {}
}

package import CAASProtocol

/// What can be asked for about presence.
package enum PresenceCommand: Sendable {
    /// What the user wants others to see (R34).
    case update(PresenceUpdate)
    /// Watches users (R37).
    case watch(PresenceSubscription, PresenceReading = PresenceReading())
    /// Ends that.
    case unwatch(PresenceSubscription)
    /// Nothing came from the connection since then, Unix milliseconds; nil where something came again (R35).
    case idle(since: Int64?)
}

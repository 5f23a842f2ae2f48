/// What the connections of a user say together (R35).
struct PresenceDevices: Hashable {
    /// Whether there is any.
    var isPresent = false
    /// Whether something came from one of them lately.
    var isActive = false
    /// When something came from the others last, Unix milliseconds.
    var idleSince: Int64?
}

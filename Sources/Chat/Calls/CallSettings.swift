/// What a service may decide about calls.
package struct CallSettings: Sendable, Hashable {
    /// Who may call whom (R41).
    package enum Policy: String, Sendable, Hashable, CaseIterable {
        /// Those who share a direct or group conversation.
        case shared
        /// Anyone.
        case anyone
    }

    package var policy = Policy.shared
    /// How long a call rings (R42).
    package var ringTimeout = Duration.seconds(45)
    /// How long a ringing call waits for its caller (R48).
    package var callerGrace = Duration.seconds(10)
    /// How long a call waits for a participant (R48).
    package var grace = Duration.seconds(30)
    /// How long a call lasts at most (R40).
    package var maxDuration = Duration.seconds(28_800)
    /// Whether somebody in a call rings all the same when another one calls (R44).
    package var isWaiting = false
    package var turn = TURNSettings()

    /// Calls that a user may be in: the one, and the one that waits.
    var callsPerUser: Int { isWaiting ? 2 : 1 }

    package init() {}
}

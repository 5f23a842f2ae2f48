/// Data of `call:ended` (R39, R40).
public struct CallEnded: Sendable, Hashable {
    /// Why a call ended (R39).
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The callee does not want it.
        case rejected
        /// The caller gave up.
        case cancelled
        /// Nobody answered.
        case missed
        /// The callee is in another call.
        case busy
        /// Another device of the callee answered.
        case answeredElsewhere = "answered_elsewhere"
        /// It could not ring.
        case failed
        /// A participant hung up.
        case hangup
        /// A participant was lost.
        case connectionLost = "connection_lost"
        /// The service lost the call.
        case serverError = "server_error"
        /// It lasted as long as a call may.
        case maxDuration = "max_duration"
    }

    /// Which call.
    public var callID: CallID
    /// Milliseconds from answer to end; 0 if it was never answered.
    public var duration: Int64
    /// Why.
    public var reason: Reason
    /// Who ended it, where somebody did.
    public var endedBy: UserID?

    /// Makes the data.
    public init(callID: CallID, duration: Int64, reason: Reason, endedBy: UserID? = nil) {
        self.callID = callID
        self.duration = duration
        self.reason = reason
        self.endedBy = endedBy
    }
}

package import CAASProtocol

/// A call of one tenant: what every table about calls is keyed by (R63).
package struct CallKey: Hashable, Sendable {
    /// Whose call.
    package let tenant: TenantID
    /// Which call.
    package let call: CallID

    package init(tenant: TenantID, call: CallID) {
        self.tenant = tenant
        self.call = call
    }
}

/// A call's row: what is true of it whatever becomes of this process (R39–R48).
///
/// Times are Unix milliseconds.
package struct CallRecord: Sendable, Hashable {
    /// How a call ended.
    package struct End: Sendable, Hashable {
        package var reason: CallEnded.Reason
        /// Who ended it, where somebody did.
        package var by: UserID?
        /// When the service ended it.
        package var at: Int64
        /// From the answer to the end, or to the loss that led to it; 0 without an answer (R40).
        package var duration: Int64

        package init(reason: CallEnded.Reason, by: UserID?, at: Int64, duration: Int64) {
            self.reason = reason
            self.by = by
            self.at = at
            self.duration = duration
        }
    }

    /// How long the row of a call that is over is kept, for late events: milliseconds.
    static let keptFor: Int64 = 86_400_000

    package let key: CallKey
    /// The direct conversation of the two.
    package let conversation: ConversationID
    package let caller: UserID
    package let callee: UserID
    package let type: CallType
    /// The device that calls.
    package let callerDevice: String
    /// The device that answered; nil before that.
    package var calleeDevice: String?
    /// Goes up with every change: what a change is compared with.
    package var version: Int64 = 1
    package let startedAt: Int64
    /// Until when somebody may answer.
    package let ringsUntil: Int64
    /// Whether a device of the callee has been told.
    package var hasRung = false
    /// Whether the callee has blocked the caller (R41): to the callee there is no such call.
    package var isSilent = false
    package var answeredAt: Int64?
    package var end: End?
    /// When a node last vouched for the call: its lease.
    ///
    /// What happened after that, nobody knows after a crash.
    package var seenAt: Int64
    /// Those who know of the end, or need not be told when they come.
    package var callerTold = false
    package var calleeTold = false

    package init(
        key: CallKey,
        conversation: ConversationID,
        caller: UserID,
        callee: UserID,
        type: CallType,
        callerDevice: String,
        startedAt: Int64,
        ringsUntil: Int64
    ) {
        self.key = key
        self.conversation = conversation
        self.caller = caller
        self.callee = callee
        self.type = type
        self.callerDevice = callerDevice
        self.startedAt = startedAt
        self.ringsUntil = ringsUntil
        seenAt = startedAt
    }

    /// Ringing, answered or ended.
    package var state: CallState {
        if end != nil { .ended } else { answeredAt == nil ? .ringing : .answered }
    }

    var conversationKey: ConversationKey { ConversationKey(tenant: key.tenant, conversation: conversation) }

    func key(of side: CallSide) -> UserKey { UserKey(tenant: key.tenant, user: user(on: side)) }

    func user(on side: CallSide) -> UserID {
        switch side {
        case .caller: caller
        case .callee: callee
        }
    }

    /// The side of a participant; nil for anybody else.
    func side(of user: UserID) -> CallSide? {
        user == caller ? .caller : user == callee ? .callee : nil
    }

    /// The device that a side is bound to.
    func device(on side: CallSide) -> String? {
        switch side {
        case .caller: callerDevice
        case .callee: calleeDevice
        }
    }
}

/// The two ends of a call.
enum CallSide: Hashable, CaseIterable {
    case caller
    case callee

    var other: CallSide {
        switch self {
        case .caller: .callee
        case .callee: .caller
        }
    }
}

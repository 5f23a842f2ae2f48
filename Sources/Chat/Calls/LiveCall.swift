import CAASProtocol

/// A call that has not ended, with what this process alone knows of it: connections, absences and deadlines.
///
/// A value; the time is passed in.
struct LiveCall {
    /// One end of the call.
    struct Leg {
        /// Somebody who was in the call and may come back (R48).
        struct Absence: Hashable {
            /// When the connection was lost; Unix milliseconds.
            let since: Int64
            /// Until when the call waits.
            var until: ContinuousClock.Instant
            /// Whether the loss is the service's own, which has started anew.
            let isOurs: Bool
        }

        /// The one connection in the call; nil before the answer and while away.
        var connection: ConnectionID?
        var absence: Absence?
        /// What the other side has signalled meanwhile (R46).
        var held: [HeldSignal] = []
        /// This side's last signals, so that a resent one is not relayed twice (R2).
        var sent: [SentSignal] = []
    }

    /// A signal that waits for somebody who is away.
    struct HeldSignal: Hashable {
        let signal: CallSignalled
        /// When it came.
        let since: ContinuousClock.Instant
    }

    /// What is remembered of a signal.
    struct SentSignal: Hashable {
        let frame: FrameID
        /// What tells a resend from another signal with the same id.
        let fingerprint: [UInt8]
    }

    /// How long a signal waits for somebody who is away: who comes back later has to make the connection anew (R46).
    static let heldFor = Duration.seconds(30)
    /// Signals that wait for somebody who is away, at most (R46).
    static let heldLimit = 64
    /// Bytes of them: descriptions of sessions and addresses are small.
    static let heldBytesLimit = 256 * 1024

    /// Signals of a side that are remembered for their resends, at most: the last ones.
    static let sentLimit = 64

    var record: CallRecord
    var caller = Leg()
    var callee = Leg()
    /// The end of the ringing.
    var ringsUntil: ContinuousClock.Instant
    /// How long it may last (R40); nil before the answer.
    var lastsUntil: ContinuousClock.Instant?
    /// When what is due is tried again, after the store has failed.
    var retriesAt: ContinuousClock.Instant?

    init(_ record: CallRecord, ringsUntil: ContinuousClock.Instant) {
        self.record = record
        self.ringsUntil = ringsUntil
    }

    subscript(_ side: CallSide) -> Leg {
        get {
            switch side {
            case .caller: caller
            case .callee: callee
            }
        }
        set {
            switch side {
            case .caller: caller = newValue
            case .callee: callee = newValue
            }
        }
    }

    /// When the call has to be looked at next.
    var dueAt: ContinuousClock.Instant {
        let deadlines = [
            caller.absence?.until, callee.absence?.until, record.answeredAt == nil ? ringsUntil : lastsUntil,
        ]
        let due = deadlines.compactMap(\.self).min() ?? ringsUntil
        return retriesAt.map { max(due, $0) } ?? due
    }

    /// The row with the end that the time has brought; nil where it has brought none.
    func overdue(now: ContinuousClock.Instant, time: Int64) -> CallRecord? {
        let absences = [caller.absence, callee.absence].compactMap(\.self)
        let isLost = absences.contains { $0.until <= now }
        // Where the service was away nobody has given up or missed anything.
        let isOurs = absences.contains(where: \.isOurs)
        guard record.answeredAt != nil else {
            if isLost { return record.ended(isOurs ? .failed : .cancelled, at: time) }
            return ringsUntil <= now ? record.ended(isOurs ? .failed : .missed, at: time) : nil
        }
        if isLost {
            // The one who was lost first ended the talking.
            return record.ended(isOurs ? .serverError : .connectionLost, at: time, lostAt: absences.map(\.since).min())
        }
        guard let lastsUntil, lastsUntil <= now else { return nil }
        return record.ended(.maxDuration, at: time)
    }
}

extension LiveCall {
    /// Binds a side to a connection, which is back if the side was away.
    ///
    /// - Returns: what was held for it and is not too old, in order.
    mutating func bind(
        _ side: CallSide,
        to connection: ConnectionID,
        now: ContinuousClock.Instant
    ) -> [CallSignalled] {
        let held = self[side].held.filter { now - $0.since <= Self.heldFor }
        self[side].connection = connection
        self[side].absence = nil
        self[side].held = []
        return held.map(\.signal)
    }

    /// A side has lost its connection, and may come back for a while (R48).
    mutating func lose(
        _ side: CallSide,
        isOurs: Bool = false,
        at lostAt: Int64,
        now: ContinuousClock.Instant,
        _ settings: CallSettings
    ) {
        self[side].connection = nil
        let grace = record.answeredAt == nil ? settings.callerGrace : settings.grace
        self[side].absence = Leg.Absence(since: lostAt, until: now + grace, isOurs: isOurs)
    }

    /// How the call looks to its participants while it goes on.
    var state: CallState {
        guard record.state == .answered else { return record.state }
        return caller.absence == nil && callee.absence == nil ? .answered : .reconnecting
    }

    /// The side that a connection is bound to.
    func side(of connection: ConnectionID) -> CallSide? {
        CallSide.allCases.first { self[$0].connection == connection }
    }
}

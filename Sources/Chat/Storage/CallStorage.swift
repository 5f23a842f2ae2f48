package import CAASProtocol

/// Questions about calls to one consistent state of the store (R39–R48).
package protocol CallReader {
    func call(_ key: CallKey) throws -> CallRecord?
    /// The calls of all tenants that have not ended, the oldest first.
    func liveCalls() throws -> [CallRecord]
    /// The calls of all tenants that have ended and that a participant has still to be told so, the oldest first.
    func untoldCalls() throws -> [CallRecord]
    /// Whether two users are both members of some direct or group conversation.
    func shareConversation(tenant: TenantID, _ one: UserID, _ other: UserID) throws -> Bool
}

/// Changes of calls inside one transaction.
package protocol CallWriter: CallReader {
    /// Stores a new call; false where its id is taken.
    func insert(_ call: CallRecord) throws -> Bool

    /// Stores a call as it is now, if nobody has changed it since it was read: compare and set by its version, which goes up.
    ///
    /// - Returns: false where it has another version, or is gone; nothing is changed then.
    func change(_ call: inout CallRecord) throws -> Bool

    /// Says that every call which has not ended goes on: their leases run from here (Unix milliseconds). No version changes.
    func vouchForCalls(at time: Int64) throws

    /// Notes that participants know of a call's end. No version changes.
    func noteTold(_ users: Set<UserID>, of call: CallKey) throws

    /// Removes calls that ended before `time` (Unix milliseconds), at most `limit`.
    func forgetCalls(endedBefore time: Int64, limit: Int) throws
}

package import CAASProtocol

/// Questions about who has blocked whom to one consistent state of the store (R77).
package protocol BlockReader {
    /// Whether `blocker` has blocked another user of its tenant.
    func isBlocked(_ user: UserID, by blocker: UserKey) throws -> Bool
    /// How many users a user has blocked.
    func blockCount(of blocker: UserKey) throws -> Int
}

/// Changes of that inside one transaction.
///
/// What a block hides stands in the members' rows, see ``MemberRecord/isHidden``; whoever changes the one changes the other.
package protocol BlockWriter: BlockReader {
    /// Stores that `blocker` has blocked a user; one that is blocked already stays so since then.
    ///
    /// - Parameter time: Unix milliseconds.
    func block(_ user: UserID, by blocker: UserKey, at time: Int64) throws

    /// Ends that.
    func unblock(_ user: UserID, by blocker: UserKey) throws
}

import CAASProtocol

extension ChatService {
    /// A user has blocked another one, or does no more: what the other sees of it is found out again (R77).
    ///
    /// - Parameter isPartner: Whether the two share a direct conversation that the user sees: then the other is told of it unasked.
    func doubtSight(of user: UserKey, by other: UserID, isPartner: Bool) {
        for connection in audience.watching(UserKey(tenant: user.tenant, user: other)) {
            let pair = PresenceWatches.Pair(connection: connection, user: user)
            if isPartner, presence.watches[pair] == nil {
                presence.watches[pair] = PresenceWatches.Watch(isAutomatic: true)
            }
            presence.watches.doubt(pair)
        }
    }
}

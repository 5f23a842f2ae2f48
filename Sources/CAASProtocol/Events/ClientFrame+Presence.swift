extension ClientFrame {
    func presenceUpdate(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> PresenceUpdate {
        let rare = try rare(bytes)
        let status: PresenceUpdate.Status = try rare.required(.status, try rare.choice(.status, bytes))
        let message = try rare.text(.customMessage, characters: limits.customMessageCharacters, bytes)
        let until = try rare.integer(.customMessageUntil, from: 0, bytes)
        return PresenceUpdate(
            status: status,
            customMessage: message,
            customMessageUntil: until,
            hidesLastSeen: try rare.flag(.hideLastSeen)
        )
    }

    func presenceSubscription(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> PresenceSubscription {
        try checkPayload()
        let users = try data.users(.userIds, limit: limits.watchedUsers, bytes)
        return PresenceSubscription(userIDs: try data.required(.userIds, users))
    }

    func userBlock(_ bytes: RawSpan) throws(SpecError) -> UserBlock {
        let rare = try rare(bytes)
        let user: UserID = try data.required(.userId, try data.id(.userId, bytes))
        return UserBlock(userID: user, on: try rare.required(.on, try rare.flag(.on)))
    }
}

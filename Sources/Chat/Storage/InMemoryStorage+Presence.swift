import CAASProtocol

// MARK: Presence

extension InMemoryStorageReading {
    package func presence(of user: UserKey) -> PresenceRecord? { state.presences[user] }

    package func directPartners(of user: UserKey) -> [UserID] {
        memberships(of: user).filter { $0.record.kind == .direct && $0.members[user.user]?.record.isHidden != true }
            .flatMap { $0.members.keys.filter { $0 != user.user } }
    }

    package func sharesConversation(_ user: UserKey, with other: UserID) -> Bool {
        memberships(of: user).contains { $0.record.kind != .channel && $0.members[other]?.record.role != nil }
    }

    package func conversationCount(of user: UserKey) -> Int { memberships(of: user).count }

    private func memberships(of user: UserKey) -> [InMemoryStorageState.Conversation] {
        (state.memberships[user] ?? [:]).values.compactMap { state.conversations[$0] }
    }
}

extension InMemoryStorageWriter {
    package func put(_ presence: PresenceRecord, of user: UserKey) {
        state.name(user)
        var presence = presence
        presence.lastSeen = state.presences[user]?.lastSeen
        state.presences[user] = presence
    }

    package func putLastSeen(_ time: Int64, of user: UserKey) {
        guard state.users[user] != nil else { return }
        state.presences[user, default: PresenceRecord()].lastSeen = time
    }
}

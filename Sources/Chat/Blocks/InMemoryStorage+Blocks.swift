import CAASProtocol

// MARK: Blocks

extension InMemoryStorageReading {
    package func isBlocked(_ user: UserID, by blocker: UserKey) -> Bool { state.blocks[blocker]?[user] != nil }

    package func blockCount(of blocker: UserKey) -> Int { state.blocks[blocker]?.count ?? 0 }
}

extension InMemoryStorageWriter {
    package func block(_ user: UserID, by blocker: UserKey, at time: Int64) {
        for name in [blocker, UserKey(tenant: blocker.tenant, user: user)] { state.name(name) }
        if state.blocks[blocker]?[user] == nil { state.blocks[blocker, default: [:]][user] = time }
    }

    package func unblock(_ user: UserID, by blocker: UserKey) {
        state.blocks[blocker]?[user] = nil
        if state.blocks[blocker]?.isEmpty == true { state.blocks[blocker] = nil }
    }

    /// Forgets whom a user has blocked, and who has blocked it.
    func removeBlocks(of user: UserKey) {
        state.blocks[user] = nil
        for blocker in state.blocks.keys where blocker.tenant == user.tenant { unblock(user.user, by: blocker) }
    }
}

import CAASProtocol

// MARK: Removing conversations and users

extension InMemoryStorageWriter {
    package func remove(_ conversation: ConversationRecord) throws {
        let number = conversation.number
        guard let found = state.conversations.removeValue(forKey: number) else {
            throw StorageError.failed("no such conversation")
        }
        state.numbers[found.record.key] = nil
        state.handles[found.record.handle] = nil
        state.requestHashes[number] = nil
        state.creations = state.creations.filter { $0.value != number }
        state.pairs = state.pairs.filter { $0.value != number }
        removeFiles(of: number)
        for (user, member) in found.members {
            guard let place = member.membership else { continue }
            state.memberships[UserKey(tenant: found.record.key.tenant, user: user)]?[place] = nil
        }
        for sender in Set(found.seqs.keys.map(\.sender)) {
            let key = UserKey(tenant: found.record.key.tenant, user: sender)
            guard let last = state.sent[key]?.lastIndex(where: { $0.conversation == number }) else { continue }
            state.sent[key]?.removeFirst(last + 1)
        }
    }

    package func eraseRemoved(limit: Int) -> Bool { false }

    package func replace(_ user: UserRecord) { state.users[user.key] = user }

    package func removeUser(_ key: UserKey) {
        state.users[key] = nil
        state.presences[key] = nil
        removeBlocks(of: key)
        for (call, record) in state.calls where record.end != nil && call.tenant == key.tenant {
            noteTold([key.user], of: call)
        }
    }
}

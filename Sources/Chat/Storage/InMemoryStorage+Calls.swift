import CAASProtocol

// MARK: Calls

extension InMemoryStorageReading {
    package func call(_ key: CallKey) -> CallRecord? { state.calls[key] }

    package func liveCalls() -> [CallRecord] { calls { $0.end == nil } }

    package func untoldCalls() -> [CallRecord] {
        calls { $0.end != nil && !($0.callerTold && $0.calleeTold) }
    }

    package func shareConversation(tenant: TenantID, _ one: UserID, _ other: UserID) throws -> Bool {
        let theirs = Set((state.memberships[UserKey(tenant: tenant, user: other)] ?? [:]).values)
        return (state.memberships[UserKey(tenant: tenant, user: one)] ?? [:]).values.contains { number in
            theirs.contains(number) && state.record(number)?.kind != .channel
        }
    }

    private func calls(where isWanted: (CallRecord) -> Bool) -> [CallRecord] {
        state.calls.values.filter(isWanted)
            .sorted { ($0.startedAt, $0.key.call.rawValue) < ($1.startedAt, $1.key.call.rawValue) }
    }
}

extension InMemoryStorageWriter {
    package func insert(_ call: CallRecord) -> Bool {
        guard state.calls[call.key] == nil else { return false }
        state.calls[call.key] = call
        return true
    }

    package func change(_ call: inout CallRecord) -> Bool {
        guard state.calls[call.key]?.version == call.version else { return false }
        call.version += 1
        state.calls[call.key] = call
        return true
    }

    package func vouchForCalls(at time: Int64) {
        for (key, call) in state.calls where call.end == nil { state.calls[key]?.seenAt = time }
    }

    package func noteTold(_ users: Set<UserID>, of call: CallKey) {
        guard let known = state.calls[call] else { return }
        if users.contains(known.caller) { state.calls[call]?.callerTold = true }
        if users.contains(known.callee) { state.calls[call]?.calleeTold = true }
    }

    package func forgetCalls(endedBefore time: Int64, limit: Int) {
        let old = state.calls.filter { $0.value.end.map { $0.at < time } ?? false }
        for key in old.keys.prefix(limit) { state.calls[key] = nil }
    }
}

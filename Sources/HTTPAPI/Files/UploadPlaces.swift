import CAASProtocol
import Chat
import Synchronization

/// Who sends files by HTTP at present: so many on this node, and so many of them one user's.
///
/// A tenant has as many as are left for the others at most (R63): what dribbles takes nobody else's places.
final class UploadPlaces: Sendable {
    private struct State {
        var users: [UserKey: Int] = [:]
        var tenants: [TenantID: Int] = [:]
        var count = 0
    }

    private let node: Int
    private let perUser: Int
    private let state = Mutex(State())

    init(node: Int, perUser: Int) {
        self.node = node
        self.perUser = perUser
    }

    /// How many there are.
    var count: Int { state.withLock { $0.count } }

    /// Does `work`, or throws `UNAVAILABLE` where the node takes too many already, `RATE_LIMITED` where the user or its tenant
    /// sends too many.
    func run<Value: Sendable>(
        for user: UserKey,
        _ work: () async throws(SpecError) -> Value
    ) async throws(SpecError) -> Value {
        if let refusal = take(user) { throw refusal }
        defer { giveBack(user) }
        return try await work()
    }

    private func take(_ user: UserKey) -> SpecError? {
        state.withLock { state in
            guard state.count < node else { return SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000) }
            guard state.users[user, default: 0] < perUser else {
                return refusal("uploads", scope: "user", limit: perUser)
            }
            guard state.tenants[user.tenant, default: 0] < node - state.count else {
                return refusal("quota", scope: "tenant", limit: node - state.count)
            }
            state.count += 1
            state.users[user, default: 0] += 1
            state.tenants[user.tenant, default: 0] += 1
            return nil
        }
    }

    private func refusal(_ reason: String, scope: String, limit: Int) -> SpecError {
        let details: [SpecError.Detail] = [.init("scope", .text(scope)), .init("limit", .integer(Int64(limit)))]
        return SpecError(.rateLimited, reason: reason, details: details, retryAfter: 1_000)
    }

    private func giveBack(_ user: UserKey) {
        state.withLock { state in
            state.count -= 1
            state.users[user, default: 1] -= 1
            if state.users[user] == 0 { state.users[user] = nil }
            state.tenants[user.tenant, default: 1] -= 1
            if state.tenants[user.tenant] == 0 { state.tenants[user.tenant] = nil }
        }
    }
}

import CAASProtocol
import Chat
import Synchronization

/// Who sends files by HTTP at present: so many on this node, and so many of them one user's.
final class UploadPlaces: Sendable {
    private struct State {
        var users: [UserKey: Int] = [:]
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

    /// Does `work`, or throws `UNAVAILABLE` where the node takes too many already, `RATE_LIMITED` where the user sends too many.
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
                let details: [SpecError.Detail] = [
                    .init("scope", .text("user")), .init("limit", .integer(Int64(perUser))),
                ]
                return SpecError(.rateLimited, reason: "uploads", details: details, retryAfter: 1_000)
            }
            state.count += 1
            state.users[user, default: 0] += 1
            return nil
        }
    }

    private func giveBack(_ user: UserKey) {
        state.withLock { state in
            state.count -= 1
            state.users[user, default: 1] -= 1
            if state.users[user] == 0 { state.users[user] = nil }
        }
    }
}

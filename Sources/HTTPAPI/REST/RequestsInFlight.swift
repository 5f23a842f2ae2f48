import CAASProtocol
import Synchronization

/// How many requests this node works on at once; beyond, they are refused at once instead of waiting in a queue.
final class RequestsInFlight: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Does `work`, or throws `UNAVAILABLE` where too much is being done.
    func run<Value: Sendable>(_ work: () async throws(SpecError) -> Value) async throws(SpecError) -> Value {
        defer { count.subtract(1, ordering: .relaxed) }
        guard count.add(1, ordering: .relaxed).newValue <= limit else {
            throw SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000)
        }
        return try await work()
    }
}

import CAASProtocol
import Chat
import Dispatch
import Synchronization

/// Reads API keys from the store, beside the chat queue, and believes what it read for a second.
///
/// Another process may change the keys, so nothing tells this one; an unknown id is looked up each time, which costs less
/// than the request that it came with.
final class APIKeyLookup: Sendable {
    /// How long a key is believed, from before it was read (R59 allows 2 s).
    static let freshness = Duration.seconds(1)
    /// Keys that are remembered at most.
    static let capacity = 1_000
    /// Requests that may wait for the store.
    static let waitingLimit = 256

    private typealias Answer = CheckedContinuation<Result<APIKeyRecord?, any Error>, Never>

    private struct State {
        var known: [APIKeyID: (record: APIKeyRecord, readAt: ContinuousClock.Instant)] = [:]
        /// Who waits for the store, in the order of asking.
        var waiting: [UInt64: (answer: Answer, since: ContinuousClock.Instant)] = [:]
        var asked: UInt64 = 0
        var isWatched = false
    }

    private let storage: any Storage
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "caas.keys", qos: .userInitiated)
    private let watch = DispatchQueue(label: "caas.keys.deadline")
    /// How long the store may take.
    private let patience: Duration

    init(storage: any Storage, patience: Duration = ChatQueue.answerBudget) {
        self.storage = storage
        self.patience = patience
    }

    /// The key as it is, or was less than ``freshness`` before `now`.
    func key(_ id: APIKeyID, now: ContinuousClock.Instant) async throws -> APIKeyRecord? {
        let known = state.withLock { state in
            state.known[id].flatMap { now - $0.readAt < Self.freshness ? $0.record : nil }
        }
        if let known { return known }
        return try await withCheckedContinuation { read(id, now: now, for: $0) }.get()
    }

    private func read(_ id: APIKeyID, now: ContinuousClock.Instant, for answer: Answer) {
        let number: UInt64? = state.withLock { state in
            guard state.waiting.count < Self.waitingLimit else { return nil }
            state.asked += 1
            state.waiting[state.asked] = (answer, .now)
            return state.asked
        }
        guard let number else {
            return answer.resume(returning: .failure(SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000)))
        }
        watchDeadlines()
        queue.async { [self] in
            guard state.withLock({ $0.waiting[number] != nil }) else { return }
            let result = Result { try storage.read { try $0.apiKey(id) } }
            let waiting = state.withLock { state in
                if case .success(let record) = result { Self.note(id, record, readAt: now, in: &state) }
                return state.waiting.removeValue(forKey: number)
            }
            waiting?.answer.resume(returning: result)
        }
    }

    private static func note(
        _ id: APIKeyID,
        _ record: APIKeyRecord?,
        readAt: ContinuousClock.Instant,
        in state: inout State
    ) {
        guard let record else { return state.known[id] = nil }
        if state.known.count >= capacity { state.known.removeAll() }
        state.known[id] = (record, readAt)
    }

    /// Answers those whom the store has let wait for too long; looks again as long as somebody waits.
    private func watchDeadlines() {
        let isWatched = state.withLock { state in
            defer { state.isWatched = true }
            return state.isWatched
        }
        guard !isWatched else { return }
        watch.asyncAfter(deadline: .now() + .milliseconds(250)) { [self] in
            let late = state.withLock { state in
                state.isWatched = false
                let late = state.waiting.filter { ContinuousClock.now - $0.value.since > patience }
                for number in late.keys { state.waiting[number] = nil }
                return late.values.map(\.answer)
            }
            for answer in late {
                answer.resume(returning: .failure(SpecError(.unavailable, reason: "timeout", retryAfter: 1_000)))
            }
            if state.withLock({ !$0.waiting.isEmpty }) { watchDeadlines() }
        }
    }
}

import CAASProtocol
import Dispatch
import Synchronization

/// Whoever waits for an answer without a connection: a bounded table of tasks.
///
/// Each is answered exactly once: by the service, when its time is up, or when its task is cancelled. Used from any thread.
final class Callers: Sendable {
    /// Callers that may wait at once.
    static let limit = 1_000
    /// How often the table is looked at while somebody waits.
    private static let interval = DispatchTimeInterval.milliseconds(250)

    private struct Caller {
        let answer: @Sendable (Acknowledgement) -> Void
        let deadline: ContinuousClock.Instant
    }

    private struct State {
        var callers: [UInt64: Caller] = [:]
        var lastNumber: UInt64 = 0
        var isWatched = false
    }

    private let state = Mutex(State())
    /// Not one of the queues that answer: those may hang in a store.
    private let queue = DispatchQueue(label: "caas.chat.callers")
    private let budget: Duration

    init(budget: Duration) {
        self.budget = budget
    }

    /// How many wait.
    var count: Int { state.withLock { $0.callers.count } }

    /// Waits for the answer to what `ask` submits.
    ///
    /// - Parameter ask: given the place that the answer must name; returns whether the request was taken.
    func wait(for ask: @Sendable (ConnectionID) -> Bool) async -> Acknowledgement {
        let number = next()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard add(Caller(answer: { continuation.resume(returning: $0) }, deadline: .now + budget), number)
                else { return continuation.resume(returning: .overloaded) }
                // Whoever was cancelled before it stood in the table was not found there.
                if Task.isCancelled { return answer(number, .late) }
                if !ask(.caller(number)) { answer(number, .overloaded) }
            }
        } onCancel: {
            answer(number, .late)
        }
    }

    /// The same for a queue that goes on meanwhile: what `ask` submits is submitted when this returns.
    func ask(_ ask: (ConnectionID) -> Bool, then: @escaping @Sendable (Acknowledgement) -> Void) {
        let number = next()
        guard add(Caller(answer: then, deadline: .now + budget), number) else { return then(.overloaded) }
        if !ask(.caller(number)) { answer(number, .overloaded) }
    }

    /// Answers a caller; nothing where it waits no more.
    func answer(_ number: UInt64, _ acknowledgement: Acknowledgement) {
        let caller = state.withLock { $0.callers.removeValue(forKey: number) }
        caller?.answer(acknowledgement)
    }

    private func next() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    private func add(_ caller: Caller, _ number: UInt64) -> Bool {
        let (isAdded, isFirst) = state.withLock { state in
            guard state.callers.count < Self.limit else { return (false, false) }
            state.callers[number] = caller
            defer { state.isWatched = true }
            return (true, !state.isWatched)
        }
        if isFirst { watch() }
        return isAdded
    }

    private func watch() {
        queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in self?.expire(now: .now) }
    }

    private func expire(now: ContinuousClock.Instant) {
        let (late, goesOn) = state.withLock { state in
            let late = state.callers.filter { $0.value.deadline <= now }.map(\.key)
            state.isWatched = state.callers.count > late.count
            return (late, state.isWatched)
        }
        for number in late { answer(number, .late) }
        if goesOn { watch() }
    }
}

extension Acknowledgement {
    /// The time is up, and nobody knows what became of the request (R11).
    static let late = Acknowledgement.failure(SpecError(.unavailable, reason: "timeout", retryAfter: 1_000))
    /// Nothing more is taken at present.
    static let overloaded = Acknowledgement.failure(SpecError(.unavailable, reason: "overloaded", retryAfter: 1_000))
}

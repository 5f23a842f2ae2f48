import Chat
import NIOCore
import Synchronization

/// Whether the store takes transactions, asked for by anybody at any rate: one question at a time goes to the chat queue.
final class StoreProbe: Sendable {
    /// How long an answer is good for others.
    private static let freshness = Duration.milliseconds(250)
    /// Who waits at most while a store hangs; others are told at once that it does.
    private static let longestWaiting = 1_000
    /// How long an answer is waited for.
    private static let patience = TimeAmount.seconds(1)

    private struct State {
        var last: (isWritable: Bool, at: ContinuousClock.Instant)?
        /// Nil while nothing is being asked.
        var waiting: [EventLoopPromise<Bool>]?
    }

    private let state = Mutex(State())
    private let chat: ChatQueue

    init(_ chat: ChatQueue) {
        self.chat = chat
    }

    /// The answer; false where none comes in a second.
    func isWritable(on loop: any EventLoop) async -> Bool {
        let promise = loop.makePromise(of: Bool.self)
        let timeout = loop.scheduleTask(in: Self.patience) { promise.succeed(false) }
        ask(promise)
        let isWritable = (try? await promise.futureResult.get()) ?? false
        timeout.cancel()
        return isWritable
    }

    private func ask(_ promise: EventLoopPromise<Bool>) {
        let (known, isFirst) = state.withLock { state -> (Bool?, Bool) in
            if let last = state.last, .now - last.at < Self.freshness { return (last.isWritable, false) }
            if state.waiting?.count ?? 0 >= Self.longestWaiting { return (false, false) }
            defer { state.waiting = (state.waiting ?? []) + [promise] }
            return (nil, state.waiting == nil)
        }
        if let known { return promise.succeed(known) }
        guard isFirst else { return }
        chat.probe { isWritable in
            let waiting = self.state.withLock { state in
                defer { state.waiting = nil }
                state.last = (isWritable, .now)
                return state.waiting ?? []
            }
            for promise in waiting { promise.succeed(isWritable) }
        }
    }
}

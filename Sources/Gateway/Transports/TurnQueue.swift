import NIOCore

/// Whoever has used up a turn on one event loop and waits for the next one, in the order of asking.
///
/// Confined to the loop. All of them wait behind one task: a loop looks at its sockets only when no task of it is due, and with a
/// task for each there would be one due for as long as they are many.
final class TurnQueue {
    private let eventLoop: any EventLoop
    private var waiting: CircularBuffer<() -> Void> = []
    private var isScheduled = false

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Takes the turn when those before it have had theirs and the sockets have been looked at.
    func add(_ turn: @escaping () -> Void) {
        waiting.append(turn)
        schedule()
    }

    private func schedule() {
        guard !isScheduled, !waiting.isEmpty else { return }
        isScheduled = true
        eventLoop.assumeIsolated().scheduleTask(in: TurnBudget.pause) { self.run() }
    }

    /// As many turns as one connection's may take together.
    private func run() {
        isScheduled = false
        let start = ContinuousClock.now
        // Who asks again meanwhile stands behind all others, and has its turn the next time.
        for _ in 0..<waiting.count {
            guard let turn = waiting.popFirst() else { break }
            turn()
            guard ContinuousClock.now - start < TurnBudget.time else { break }
        }
        schedule()
    }
}

import Synchronization

/// What has been submitted and not been done, for a part of the queue that is made before it.
final class Earlier: Sendable {
    private let work = Mutex<(@Sendable () -> Void)?>(nil)

    func `is`(_ work: @escaping @Sendable () -> Void) { self.work.withLock { $0 = work } }

    func run() { work.withLock(\.self)?() }
}

import Dispatch
import Synchronization

/// Waits for the result of a task, for targets that are functions of bytes.
///
/// The task runs on a thread of its own: those of the language may all be waiting here.
func waiting<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Value?>(nil)
    Task.detached(executorPreference: OwnThread.shared) {
        let value = await work()
        result.withLock { $0 = value }
        done.signal()
    }
    done.wait()
    guard let value = result.withLock({ $0 }) else { preconditionFailure("the task has signalled after it ended") }
    return value
}

/// Runs tasks on a queue of its own.
private final class OwnThread: TaskExecutor {
    static let shared = OwnThread()

    private let queue = DispatchQueue(label: "fuzz.tasks")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

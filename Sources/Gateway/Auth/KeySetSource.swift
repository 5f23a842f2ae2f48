import Dispatch
import Synchronization

/// The public keys of one tenant's issuer, read again when they may have changed (R57).
///
/// An actor: whoever needs a new reading waits for the same one. A file that cannot be used any more leaves the keys as
/// they were, since a file is often replaced in two steps, and is tried again.
actor KeySetSource {
    /// How long keys are believed.
    static let life = Duration.seconds(600)
    /// The pause between two readings that unknown ids ask for.
    static let pause = Duration.seconds(30)
    /// How long a reading may take.
    static let patience = Duration.seconds(5)

    private let file: KeySetFile
    private let report: @Sendable (KeySetError) -> Void
    private let queue = DispatchQueue(label: "caas.key-set")
    private var keys: KeySet
    private var freshUntil: ContinuousClock.Instant
    /// When it was read last; nil since the start, so that the first unknown id is looked for at once.
    private var askedAt: ContinuousClock.Instant?
    private var reading: Task<Void, Never>?

    /// Reads the file, which has to be good now.
    ///
    /// - Parameter report: Told when it is not good later.
    init(_ file: KeySetFile, now: ContinuousClock.Instant, report: @escaping @Sendable (KeySetError) -> Void)
        throws(KeySetError)
    {
        self.file = file
        self.report = report
        keys = try file.read()
        freshUntil = now + Self.life
    }

    /// The key of this id.
    func key(_ id: [UInt8], now: ContinuousClock.Instant) async -> PublicKey? {
        let isFresh = now < freshUntil
        if isFresh, let key = keys[id] { return key }
        if reading == nil, !isFresh || askedAt.map({ now - $0 >= Self.pause }) ?? true {
            askedAt = now
            reading = Task { await read(now: now) }
        }
        await reading?.value
        return keys[id]
    }

    private func read(now: ContinuousClock.Instant) async {
        switch await result() {
        case .success(let keys):
            self.keys = keys
            freshUntil = now + Self.life
        case .failure(let error):
            freshUntil = now + Self.pause
            report(error)
        }
        reading = nil
    }

    /// What stands in the file, or that nobody knows in time.
    private func result() async -> Result<KeySet, KeySetError> {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            queue.async { [file] in
                do throws(KeySetError) { answer.give(.success(try file.read())) } catch { answer.give(.failure(error)) }
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Int(Self.patience.components.seconds))) {
                [file] in answer.give(.failure(KeySetError(path: file.path, key: nil, fault: .late)))
            }
        }
    }
}

/// Takes the first of two answers.
private final class Answer: Sendable {
    private let waiting: Mutex<CheckedContinuation<Result<KeySet, KeySetError>, Never>?>

    init(_ waiting: CheckedContinuation<Result<KeySet, KeySetError>, Never>) {
        self.waiting = Mutex(waiting)
    }

    func give(_ result: Result<KeySet, KeySetError>) {
        let first = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        first?.resume(returning: result)
    }
}

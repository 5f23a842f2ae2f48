import CAASProtocol
import Dispatch
import Synchronization

/// Files on their way in and out (R53): lanes that write and read beside the chat queue, which has their rows.
package final class FileDepot: Sendable {
    private static let laneCount = 4
    /// Bytes of chunks that may wait for the disk.
    static let waitingBytes = 64 * 1024 * 1024
    /// The longest wait for `file:progress` (R53).
    private static let reportDelay = DispatchTimeInterval.seconds(1)
    /// Files of which one look at what is left removes the bytes.
    private static let removedAtOnce = 100

    private let lanes: [FileLane]
    private let storage: any Storage
    private let clock: @Sendable () -> Int64
    private let report: @Sendable (_ traceID: String, any Error) -> Void
    private let waiting = Atomic(0)
    private let isSweeping = Atomic(false)
    /// The place of the last removed file that a look has come to; 0 where the next one begins anew.
    private let lookedAt = Atomic<Int64>(0)

    init(
        storage: any Storage,
        blobs: any BlobStorage,
        senders: FileUploads,
        lower: @escaping FileLane.Lowering,
        clock: @escaping @Sendable () -> Int64,
        metrics: ChatMetrics,
        report: @escaping @Sendable (_ traceID: String, any Error) -> Void
    ) {
        lanes = (0..<Self.laneCount).map {
            FileLane(
                $0,
                storage: storage,
                blobs: blobs,
                senders: senders,
                lower: lower,
                metrics: metrics,
                clock: clock
            )
        }
        self.storage = storage
        self.clock = clock
        self.report = report
    }

    private func lane(of file: FileID) -> FileLane {
        lanes[Int(file.rawValue.utf8.last ?? 0) % lanes.count]
    }

    /// Does something on a file's lane, beside whoever waits for it.
    func onLane<Value: Sendable>(
        of file: FileID,
        _ work: @escaping @Sendable (FileLane) throws -> Value
    ) async throws(SpecError) -> Value {
        let lane = lane(of: file)
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Value, SpecError>, Never>) in
            lane.queue.async {
                do {
                    done.resume(returning: .success(try work(lane)))
                } catch let refusal as SpecError {
                    done.resume(returning: .failure(refusal))
                } catch {
                    done.resume(returning: .failure(.failure(error, report: self.report)))
                }
            }
        }
        return try result.get()
    }

    /// The same, and has the chat queue note what a lane has done.
    ///
    /// - Returns: what `work` has, and what was answered where there was something to note.
    func onLane<Value: Sendable>(
        of file: FileID,
        noting chat: ChatQueue,
        as actor: Actor,
        _ work: @escaping @Sendable (FileLane) throws -> (outcome: FileLane.Outcome, Value)
    ) async throws(SpecError) -> (outcome: FileLane.Outcome, value: Value, answer: Acknowledgement?) {
        typealias Noted = (outcome: FileLane.Outcome, value: Value, answer: Acknowledgement?)
        let lane = lane(of: file)
        let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Noted, SpecError>, Never>) in
            lane.queue.async {
                do {
                    let (outcome, value) = try work(lane)
                    guard let step = outcome.step else {
                        return done.resume(returning: .success((outcome, value, nil)))
                    }
                    // Here and not by the task that waits: rows follow lanes in the order in which these work.
                    chat.callers.ask {
                        chat.submit(ChatRequest(actor: actor.at($0), frame: .random(), command: .fileStep(step)))
                    } then: {
                        done.resume(returning: .success((outcome, value, $0)))
                    }
                } catch let refusal as SpecError {
                    done.resume(returning: .failure(refusal))
                } catch {
                    done.resume(returning: .failure(.failure(error, report: self.report)))
                }
            }
        }
        return try result.get()
    }

    // MARK: From connections

    /// Takes a chunk, or the question where to go on; the answer comes by `chat`.
    ///
    /// - Returns: whether it was taken; false where too much waits for the disk.
    func submit(_ request: ChatRequest, to chat: ChatQueue) -> Bool {
        switch request.command {
        case .fileChunk(let chunk):
            let bytes = chunk.bytes.count
            guard waiting.add(bytes, ordering: .relaxed).newValue <= Self.waitingBytes else {
                waiting.subtract(bytes, ordering: .relaxed)
                return false
            }
            let lane = lane(of: chunk.file)
            perform(request, on: lane, chat) {
                defer { self.waiting.subtract(bytes, ordering: .relaxed) }
                return try lane.take(chunk, request.actor) { self.reportLater($0, on: lane, chat) }
            }
        case .resumeFile(let resume):
            let lane = lane(of: resume.fileID)
            perform(request, on: lane, chat) { try lane.resume(resume, request.actor) }
        default: return false
        }
        return true
    }

    private func perform(
        _ request: ChatRequest,
        on lane: FileLane,
        _ chat: ChatQueue,
        _ work: @escaping @Sendable () throws -> FileLane.Outcome
    ) {
        lane.queue.async {
            do {
                switch try work() {
                case .taken: chat.answer(request, self.taken(request))
                case .report(let step):
                    chat.answer(request, self.taken(request))
                    self.submit(step, request.actor, .random(), to: chat)
                case .over(let step): self.submit(step, request.actor, request.frame, to: chat)
                case .arrived(let file): chat.answer(request, .success(timestamp: self.clock(), .arrived(file.whole)))
                }
            } catch let refusal as SpecError {
                chat.answer(request, .failure(refusal))
            } catch {
                chat.answer(request, .failure(.failure(error, report: self.report)))
            }
        }
    }

    private func taken(_ request: ChatRequest) -> Acknowledgement {
        guard case .fileChunk(let chunk) = request.command else { return .success(timestamp: clock(), .done) }
        return .success(timestamp: clock(), .relayed(sequence: chunk.index))
    }

    /// Has the chat queue note what a lane has done.
    private func submit(_ step: FileStep, _ actor: Actor, _ frame: FrameID, to chat: ChatQueue) {
        let request = ChatRequest(actor: actor, frame: frame, command: .fileStep(step))
        if !chat.submit(request) { chat.answer(request, .overloaded) }
    }

    private func reportLater(_ file: FileID, on lane: FileLane, _ chat: ChatQueue) {
        lane.queue.asyncAfter(deadline: .now() + Self.reportDelay) { [weak self, weak chat] in
            guard let self, let chat else { return }
            reporting { if let (step, actor) = try lane.report(file) { submit(step, actor, .random(), to: chat) } }
        }
    }

    // MARK: What is left

    /// Removes files that are late, and of those that are removed the bytes and then the rows: what is interrupted is found
    /// again.
    ///
    /// The chat queue decides who is removed, since a late file may just be arriving there; bytes go behind that decision,
    /// which nothing takes back.
    ///
    /// Called on the chat queue.
    func sweep(for chat: ChatQueue) {
        guard !isSweeping.exchange(true, ordering: .relaxed) else { return }
        let now = ContinuousClock.now
        lanes[0].queue.async {
            var (late, removed): ([FileID], [FileID]) = ([], [])
            self.reporting { (late, removed) = try self.left() }
            if !late.isEmpty { chat.removeLate(late) }
            let ended = DispatchGroup()
            for (number, files) in Dictionary(grouping: removed, by: { self.lane(of: $0).number }) {
                let lane = self.lanes[number]
                lane.queue.async(group: ended) { self.remove(files, on: lane, chat) }
            }
            for lane in self.lanes { lane.queue.async(group: ended) { lane.forgetIdle(now: now) } }
            ended.notify(queue: self.lanes[0].queue) { self.isSweeping.store(false, ordering: .relaxed) }
        }
    }

    /// Files that are late, and the next ones of those that are removed.
    ///
    /// One look goes on behind the one before, so that those of which the bytes cannot be removed hold up no others.
    private func left() throws -> (late: [FileID], removed: [FileID]) {
        let behind = lookedAt.load(ordering: .relaxed)
        let (late, removed) = try storage.read { store in
            (
                try store.lateFiles(at: clock(), limit: Self.removedAtOnce),
                try store.remains(behind: behind, limit: Self.removedAtOnce)
            )
        }
        let last = removed.count < Self.removedAtOnce ? nil : removed.last
        lookedAt.store(last?.place ?? 0, ordering: .relaxed)
        return (late, removed.map(\.file))
    }

    /// What cannot be removed is reported, once for all of it, and is found again.
    private func remove(_ files: [FileID], on lane: FileLane, _ chat: ChatQueue) {
        let (gone, failure) = lane.remove(files)
        reporting { if let failure { throw failure } }
        if !gone.isEmpty { chat.forget(gone) }
    }

    /// Makes durable what was written, and has it noted.
    func close(_ chat: ChatQueue) {
        for lane in lanes {
            lane.queue.sync {
                reporting { for (step, actor) in try lane.reportAll() { submit(step, actor, .random(), to: chat) } }
            }
        }
    }

    private func reporting(_ work: () throws -> Void) {
        do { try work() } catch { report("files", error) }
    }
}

extension FileRecord {
    /// As its sender is told that it has arrived.
    var whole: FileComplete {
        FileComplete(fileID: id, attachmentID: id.rawValue, sha256: Hexadecimal.text(sha256 ?? []))
    }
}

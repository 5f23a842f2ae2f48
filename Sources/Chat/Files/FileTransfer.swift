package import CAASProtocol

/// Files by HTTP (R53): what a route asks of the service beside its commands.
///
/// A body is sent by an actor of its own, ``Actor/sending()``: whoever asks for the place of a file takes it over, and what
/// an older body still brings is refused.
package protocol FileTransfer: Sendable {
    /// What a file of a tenant is, for whoever was given a link to it; `NOT_FOUND` for one that has not arrived.
    func summary(of file: FileID, in tenant: TenantID) async throws(SpecError) -> FileSummary

    /// The bytes of a range of a file that its reader may open.
    func read(_ file: FileID, _ range: Range<Int64>) async throws(SpecError) -> [UInt8]

    /// How far a file of the actor's has come, all of it durable; the actor is the one who sends it from here on.
    func place(of file: FileID, as actor: Actor) async throws(SpecError) -> FilePlace

    /// Writes bytes behind the first `offset` ones, and behind them there is nothing; the last of the file end it.
    ///
    /// - Returns: the file, where that was its end.
    func write(_ bytes: [UInt8], to file: FileID, at offset: Int64, as actor: Actor) async throws(SpecError)
        -> FileComplete?

    /// What the actor has written is all that it brings: returns when that is durable.
    func settle(_ file: FileID, as actor: Actor) async throws(SpecError)

    /// Removes the bytes of a file that was taken back, and then its row, behind what its lane is about to do.
    ///
    /// What fails is done by the next look at what is left.
    func discard(_ file: FileID) async
}

/// How far a file has come.
package enum FilePlace: Sendable, Hashable {
    /// So many bytes of so many are there.
    case partial(received: Int64, size: Int64)
    case whole(FileComplete)
}

extension Actor {
    /// The same one as the sender of one body.
    package func sending() -> Actor {
        // Beyond all numbers of those who wait for answers, to whom it is not to be one.
        at(.caller(UInt64.random(in: 1 << 63...UInt64.max)))
    }
}

extension ChatQueue: FileTransfer {
    package func summary(of file: FileID, in tenant: TenantID) async throws(SpecError) -> FileSummary {
        try await files.onLane(of: file) { try $0.summary(of: file, in: tenant) }
    }

    package func read(_ file: FileID, _ range: Range<Int64>) async throws(SpecError) -> [UInt8] {
        try await files.onLane(of: file) { try $0.read(file, range) }
    }

    package func place(of file: FileID, as actor: Actor) async throws(SpecError) -> FilePlace {
        let (noted, size) = try await note(file, actor) { lane in
            (try lane.resume(FileResume(fileID: file), actor), lane.size(of: file))
        }
        switch noted {
        case .whole(let file): return .whole(file)
        case .part(let received): return .partial(received: received, size: size)
        }
    }

    package func write(
        _ bytes: [UInt8],
        to file: FileID,
        at offset: Int64,
        as actor: Actor
    ) async throws(SpecError) -> FileComplete? {
        let noted = try await note(file, actor) { (try $0.write(bytes, to: file, at: offset, actor), ()) }.0
        guard case .whole(let file) = noted else { return nil }
        return file
    }

    package func settle(_ file: FileID, as actor: Actor) async throws(SpecError) {
        _ = try await note(file, actor) { (try $0.settle(file, actor), ()) }
    }

    package func discard(_ file: FileID) async {
        // What fails is reported by the next look, which finds it again.
        guard let gone = try? await files.onLane(of: file, { $0.remove([file]).gone }), !gone.isEmpty else { return }
        forget(gone)
    }

    private enum Noted {
        /// So many bytes are durable, where something was noted.
        case part(Int64)
        case whole(FileComplete)
    }

    /// Has the chat queue note what a lane has done, and waits for that.
    private func note<Value: Sendable>(
        _ file: FileID,
        _ actor: Actor,
        _ work: @escaping @Sendable (FileLane) throws -> (outcome: FileLane.Outcome, Value)
    ) async throws(SpecError) -> (Noted, Value) {
        let (outcome, value, answer) = try await files.onLane(of: file, noting: self, as: actor, work)
        if case .arrived(let file) = outcome { return (.whole(file.whole), value) }
        switch answer {
        case .failure(let error): throw error
        case .success(_, .arrived(let whole)): return (.whole(whole), value)
        case .success, nil: return (.part(outcome.step?.received ?? 0), value)
        }
    }
}

import CAASProtocol

/// Files (R53): who may begin one, and what follows from what arrives of it.
package enum FileRules {
    /// Chunks that a client sends before the first of them is answered by `file:progress`; as many of a file wait at most.
    package static let window: Int64 = 32
    /// Characters of a file's name.
    static let nameCharacters = 255
    /// Bytes of a chunk: at most what a packet has beside its numbers and the longest header (R50).
    static let chunkBytes = 1_024...258_032
    /// Files that one user may have begun and not finished.
    static let unfinishedPerUser = 100

    /// - Parameter takePlace: Takes the connection's place for the file that begins, or throws where there is none.
    static func begin(
        _ begin: FileBegin,
        _ context: DecisionContext,
        takePlace: (FileID) throws(SpecError) -> Void
    ) throws -> Decision {
        let sha256 = try check(begin)
        let conversation = try context.conversation(begin.conversationID)
        // Who may not write there has nothing to attach a file to.
        try context.checkPosting(in: conversation)
        try checkRoom(begin.size, context)
        let file = FileRecord(
            id: .random(),
            conversation: conversation.key,
            owner: context.actor.user.user,
            name: begin.name,
            mimeType: begin.mimeType,
            size: begin.size,
            chunkSize: begin.chunkSize,
            sha256: sha256,
            createdAt: context.time,
            expiresAt: context.time + context.settings.unfinishedFileLife.milliseconds
        )
        // Nothing refuses it behind this.
        try takePlace(file.id)
        try context.store.insert(file, in: conversation)
        return Decision(answer: context.success(.uploading(file.id, nextIndex: 0, window: window, duplicate: false)))
    }

    /// Notes what has become of a file's bytes.
    ///
    /// One that is late has not arrived, whenever its last byte came. Whoever may not write in the conversation any more adds
    /// nothing to it: of such a file nothing is kept.
    static func note(_ step: FileStep, _ context: DecisionContext) throws -> Decision {
        guard let file = try context.store.file(step.file, of: context.actor.user.tenant),
            file.isComplete || file.expiresAt > context.time
        else {
            throw SpecError.unknownFile(step.index == nil ? "data.fileId" : "header.fileId")
        }
        guard !file.isComplete else {
            // The same end noted again: the first time nobody may have heard of it.
            guard case .complete = step.kind else { throw SpecError.fileArrived }
            return Decision(answer: context.success(.arrived(file.whole)), effects: [.endUpload(file.id)])
        }
        do {
            try context.checkPosting(in: try context.conversation(file.conversation.conversation))
        } catch let refusal as SpecError {
            let isProgress = step.kind == .progress && !context.actor.connection.isCaller
            return try removed(file, refusal, unasked: isProgress, context)
        }
        let isCaller = context.actor.connection.isCaller
        switch step.kind {
        case .progress:
            try context.store.setReceived(step.received, of: file.id)
            let progress = FileProgress(fileID: file.id, nextIndex: file.nextIndex(after: step.received))
            return Decision(
                answer: context.success(.done),
                // By HTTP somebody waits for the answer; a connection hears of it unasked.
                effects: isCaller ? [] : [.unasked, .notify(file.conversation, .fileProgress(progress))]
            )
        case .resumed:
            try context.store.setReceived(step.received, of: file.id)
            let next = file.nextIndex(after: step.received)
            return Decision(
                answer: context.success(.uploading(file.id, nextIndex: next, window: window, duplicate: false))
            )
        case .complete(let sha256): return try complete(file, sha256: sha256, step, context)
        case .mismatch: return try removed(file, .hashMismatch(file.id), context)
        }
    }

    /// Takes a file back, however much of it has come, unless a message has it: that is to be opened for as long as it stands.
    ///
    /// Its owner does that, and whoever has the scope `admin`.
    static func remove(_ id: FileID, _ context: DecisionContext) throws -> Decision {
        let actor = context.actor
        guard let file = try context.store.file(id, of: actor.user.tenant),
            file.owner == actor.user.user || actor.scopes.contains(.admin),
            file.isComplete || file.expiresAt > context.time
        else { throw SpecError.unknownFile("fileId") }
        guard file.uses == 0 else { throw SpecError.fileArrived }
        try context.store.removeFile(id)
        let gone = SpecError(.notFound, reason: "file", details: [.init("fileId", .text(id.rawValue))])
        return Decision(
            answer: context.success(.done),
            effects: [.tellSender(id, file.conversation, .error(gone)), .endUpload(id)]
        )
    }

    private static func removed(
        _ file: FileRecord,
        _ refusal: SpecError,
        unasked: Bool = false,
        _ context: DecisionContext
    ) throws -> Decision {
        try context.store.removeFile(file.id)
        let gone = Decision.Effect.endUpload(file.id)
        guard unasked else { return Decision(answer: .failure(refusal), effects: [gone]) }
        // Nobody waits for this answer, and the chunks under way have been acknowledged.
        var refusal = refusal
        refusal.details.append(.init("fileId", .text(file.id.rawValue)))
        return Decision(
            answer: context.success(.done),
            effects: [gone, .unasked, .notify(file.conversation, .error(refusal))]
        )
    }

    private static func complete(
        _ file: FileRecord,
        sha256: [UInt8],
        _ step: FileStep,
        _ context: DecisionContext
    ) throws -> Decision {
        try context.store.complete(file.id, sha256: sha256)
        var file = file
        file.sha256 = sha256
        let whole = file.whole
        return Decision(
            answer: context.success(step.index.map { .relayed(sequence: $0) } ?? .arrived(whole)),
            effects: [
                .endUpload(file.id),
                // Without a connection that sends, all of the user's hear of it.
                context.actor.connection.isCaller
                    ? .tell(file.owner, file.conversation, .fileComplete(whole))
                    : .notify(file.conversation, .fileComplete(whole)),
            ]
        )
    }

    // MARK: What may begin

    /// Checks the data beyond its form; returns the bytes of the SHA-256.
    private static func check(_ begin: FileBegin) throws -> [UInt8]? {
        guard !begin.name.isEmpty else { throw SpecError(.invalidPayload, field: "data.name") }
        // Characters are Unicode scalars (R78).
        guard begin.name.unicodeScalars.count <= nameCharacters else {
            let details = [
                SpecError.Detail("limit", .integer(Int64(nameCharacters))),
                SpecError.Detail("size", .integer(Int64(begin.name.unicodeScalars.count))),
            ]
            throw SpecError(.invalidPayload, field: "data.name", reason: "too_large", details: details)
        }
        guard MediaType(begin.mimeType) != nil else { throw SpecError(.invalidPayload, field: "data.mimeType") }
        guard begin.size > 0 else { throw SpecError(.invalidPayload, field: "data.size") }
        guard chunkBytes.contains(Int(clamping: begin.chunkSize)), begin.size <= begin.chunkSize * MediaPacket.chunks
        else {
            throw SpecError(.invalidPayload, field: "data.chunkSize")
        }
        guard let text = begin.sha256 else { return nil }
        guard let bytes = Hexadecimal.bytes(text), bytes.count == 32 else {
            throw SpecError(.invalidPayload, field: "data.sha256")
        }
        return bytes
    }

    private static func checkRoom(_ size: Int64, _ context: DecisionContext) throws {
        guard try context.store.unfinishedFiles(of: context.actor.user) < unfinishedPerUser else {
            throw SpecError.tooManyUploads("user", unfinishedPerUser)
        }
        let stored = try context.store.storedBytes(of: context.actor.user)
        for (scope, bytes, quota) in [
            ("user", stored.user, context.settings.userFileBytes),
            ("tenant", stored.tenant, context.settings.tenantFileBytes),
        ] where size > quota - bytes {
            let details: [SpecError.Detail] = [
                .init("scope", .text(scope)), .init("limit", .integer(quota)), .init("size", .integer(bytes + size)),
            ]
            throw SpecError(.rateLimited, reason: "quota", details: details, retryAfter: 3_600_000)
        }
    }
}

extension ConversationRecord {
    /// The role that may write there (R25, R30).
    func neededToPost(_ settings: ChatSettings) -> MemberRole {
        kind == .channel && settings.channelPosting == .moderators ? .moderator : .member
    }
}

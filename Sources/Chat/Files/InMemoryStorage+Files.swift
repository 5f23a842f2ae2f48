import CAASProtocol

// MARK: Files

extension InMemoryStorageReading {
    package func file(_ id: FileID, of tenant: TenantID) -> FileRecord? {
        state.files[id].flatMap { !$0.isRemoved && $0.record.conversation.tenant == tenant ? $0.record : nil }
    }

    package func storedBytes(of user: UserKey) -> (user: Int64, tenant: Int64) {
        let files = state.files.values.lazy.map(\.record).filter { $0.conversation.tenant == user.tenant }
        let own = files.filter { $0.owner == user.user }
        return (own.reduce(0) { $0 + $1.size }, files.reduce(0) { $0 + $1.size })
    }

    package func unfinishedFiles(of user: UserKey) -> Int {
        state.files.values.count { file in
            file.isUnfinished && file.record.owner == user.user && file.record.conversation.tenant == user.tenant
        }
    }

    package func lateFiles(at time: Int64, limit: Int) -> [FileID] {
        let late = state.files.values.filter { $0.isUnfinished && $0.record.expiresAt <= time }
        return Array(late.sorted { $0.place < $1.place }.map(\.record.id).prefix(max(0, limit)))
    }

    package func remains(behind place: Int64, limit: Int) -> [FileRemains] {
        let remains = state.files.values.filter { $0.isRemoved && $0.place > place }.sorted { $0.place < $1.place }
        return remains.prefix(max(0, limit)).map { FileRemains(file: $0.record.id, place: $0.place) }
    }
}

extension InMemoryStorageWriter {
    package func insert(_ file: FileRecord, in conversation: ConversationRecord) throws {
        guard state.files[file.id] == nil else { throw StorageError.failed("file is taken") }
        state.lastFile += 1
        state.files[file.id] = InMemoryStorageState.File(
            record: file,
            conversation: conversation.number,
            place: state.lastFile
        )
    }

    package func setReceived(_ bytes: Int64, of file: FileID) {
        guard state.files[file]?.isUnfinished ?? false else { return }
        state.files[file]?.record.received = bytes
    }

    package func complete(_ file: FileID, sha256: [UInt8]) {
        guard let found = state.files[file], found.isUnfinished else { return }
        state.files[file]?.record.received = found.record.size
        state.files[file]?.record.sha256 = sha256
        state.files[file]?.record.isComplete = true
    }

    package func attach(_ file: FileID, at seq: Int64) {
        state.files[file]?.record.uses += 1
        state.files[file]?.record.lastUse = seq
    }

    package func detach(_ file: FileID) {
        guard let uses = state.files[file]?.record.uses else { return }
        state.files[file]?.record.uses = uses - 1
        if uses <= 1 { removeFile(file) }
    }

    package func removeFile(_ file: FileID) { state.files[file]?.isRemoved = true }

    package func removeUnfinishedFiles(of user: UserKey) {
        for (id, file) in state.files
        where file.isUnfinished && file.record.owner == user.user && file.record.conversation.tenant == user.tenant {
            removeFile(id)
        }
    }

    package func removeUnfinished(_ files: [FileID]) {
        for file in files where state.files[file]?.isUnfinished ?? false { removeFile(file) }
    }

    package func forget(_ files: [FileID]) {
        for file in files where state.files[file]?.isRemoved ?? false { state.files[file] = nil }
    }

    /// The files of a conversation that is removed.
    func removeFiles(of conversation: Int64) {
        for (id, file) in state.files where file.conversation == conversation { removeFile(id) }
    }
}

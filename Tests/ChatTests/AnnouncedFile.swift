import CAASProtocol

@testable import Chat

extension FileRecord {
    /// A file that a user has announced in the group `room`.
    static func announced(
        by owner: UserKey,
        size: Int64,
        chunkSize: Int64,
        sha256: [UInt8]? = nil,
        received: Int64 = 0,
        expiresAt: Int64 = 9_000
    ) throws -> FileRecord {
        FileRecord(
            id: .random(),
            conversation: ConversationKey(tenant: owner.tenant, conversation: try .named("room")),
            owner: owner.user,
            name: "a",
            mimeType: "a/b",
            size: size,
            chunkSize: chunkSize,
            sha256: sha256,
            createdAt: 1,
            expiresAt: expiresAt,
            received: received
        )
    }
}

extension InMemoryStorage {
    /// Stores an announced file, and its conversation where that is not there yet.
    func announce(_ file: FileRecord) throws {
        let made = NewConversation(
            key: file.conversation,
            handle: 1,
            kind: .group,
            visibility: .private,
            name: nil,
            metadata: nil,
            createdAt: 1,
            createdBy: nil,
            createdByFrame: nil,
            requestHash: nil
        )
        try write { store throws in
            guard let room = try store.conversation(file.conversation) ?? store.insert(made) else {
                throw Unexpected(what: "a room")
            }
            try store.insert(file, in: room)
        }
    }
}

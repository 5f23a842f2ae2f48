import CAASProtocol
import Chat

extension RandomOperations.Transaction {
    private struct Abandoned: Error {}

    /// What the store answers to each operation, in words.
    func run(on storage: any Storage) -> [String] {
        var answers: [String] = []
        do {
            try storage.write { writer in
                for operation in operations {
                    do {
                        answers.append(try operation.run(on: writer))
                    } catch StorageError.failed {
                        answers.append("failed")
                    }
                }
                if isAbandoned { throw Abandoned() }
            }
        } catch is Abandoned {
            answers.append("abandoned")
        } catch {
            answers.append("\(error)")
        }
        return answers
    }
}

extension RandomOperations.Operation {
    func run(on writer: any StorageWriter) throws -> String {
        func change<Answer>(_ key: ConversationKey, _ body: (inout ConversationRecord) throws -> Answer) throws
            -> String
        {
            guard var record = try writer.conversation(key) else { return "no conversation" }
            let answer = try body(&record)
            guard try writer.conversation(key) == record else { return "the record is out of date" }
            return "\(answer) \(describe(record))"
        }
        func changeMessage(
            _ key: ConversationKey,
            _ seq: Int64,
            _ body: (inout MessageRecord, inout ConversationRecord) throws -> Int64
        ) throws -> String {
            try change(key) { record in
                guard var message = try writer.message(in: record, seq: seq) else { return "no message" }
                let offset = try body(&message, &record)
                guard try writer.message(in: record, seq: seq) == message else { return "the message is out of date" }
                return "\(offset) \(message)"
            }
        }
        switch self {
        case .insert(let new): return try writer.insert(new).map(describe) ?? "taken"
        case .nextOffset(let key): return try change(key) { try writer.nextOffset(of: &$0) }
        case .append(let message, let key): return try change(key) { try writer.append(message, to: &$0) }
        case .edit(let key, let seq, let content):
            return try changeMessage(key, seq) { try writer.edit(&$0, in: &$1, content: content, editedAt: seq) }
        case .delete(let key, let seq, let user):
            let tombstone = Message.Tombstone(deletedAt: seq, deletedBy: user, reason: "because")
            return try changeMessage(key, seq) { try writer.delete(&$0, in: &$1, tombstone: tombstone) }
        case .put(let member, let key): return try change(key) { try writer.put(member, in: &$0) }
        case .remove(let user, let key): return try change(key) { try writer.removeMember(user, from: &$0) }
        case .settings(let key, let name, let visibility):
            return try change(key) { record in
                record.name = name
                record.metadata = name == nil ? nil : record.metadata
                record.visibility = visibility
                try writer.putSettings(of: &record)
            }
        case .replace(let record):
            try writer.replace(record)
            return try writer.user(record.key).map { "\($0)" } ?? "no user"
        case .forget(let key):
            try writer.removeUser(key)
            return try writer.user(key).map { "\($0)" } ?? "no user"
        case .removeAll(let key):
            guard let record = try writer.conversation(key) else { return "no conversation" }
            try writer.remove(record)
            while try writer.eraseRemoved(limit: 2) {}
            return try writer.conversation(key).map(describe) ?? "removed"
        case .block(let user, let blocker, let on):
            if on { try writer.block(user, by: blocker, at: 1) } else { try writer.unblock(user, by: blocker) }
            return "\(try writer.isBlocked(user, by: blocker)) \(try writer.blockCount(of: blocker))"
        case .name(let record):
            try writer.put(record)
            return try writer.user(record.key).map { "\($0)" } ?? "no user"
        }
    }
}

/// A conversation's row without the store's own number.
private func describe(_ record: ConversationRecord) -> String {
    """
    \(record.key) \(record.handle) \(record.kind) \(record.visibility) \(record.name ?? "-") \
    \(record.metadata.map { String(decoding: $0.utf8, as: UTF8.self) } ?? "-") \
    \(record.lastSeq) \(record.lastOffset) \(record.memberCount) \(record.ownerCount) \(record.createdAt)
    """
}

extension RandomOperations {
    /// All that can be asked of a store, in words.
    static func describe(_ storage: any Storage) throws -> [String] {
        try storage.read { reader in
            var lines: [String] = []
            for key in keys {
                guard let record = try reader.conversation(key) else { continue }
                let messages = try reader.messages(in: record, .after(seq: 0), limit: 1000)
                lines.append(
                    """
                    \(StorageSQLiteTests.describe(record)) \(messages) \(try users.map { try reader.member(of: record, $0) }) \
                    \(try reader.members(of: record, after: nil, limit: 2)) \(try reader.memberIDs(of: record)) \
                    \(try reader.conversation(handle: record.handle, of: key.tenant)?.key == key)
                    """
                )
            }
            for key in tenants.flatMap({ tenant in users.map { userKey($0, of: tenant) } }) {
                let list = try reader.conversations(of: key, after: nil, limit: 100)
                lines.append(
                    """
                    \(key) \(try reader.user(key).map { "\($0)" } ?? "-") \(try reader.lastClientIDs(of: key, limit: 5)) \
                    \(list.map { "\(StorageSQLiteTests.describe($0.conversation)) \($0.member) \($0.cursor) \($0.peer as Any)" }) \
                    \(try reader.inboxConversations(of: key)) \(try reader.memberships(of: key, limit: 2).map(\.cursor)) \
                    \(try users.map { try reader.isBlocked($0, by: key) }) \(try reader.blockCount(of: key)) \
                    \(try users.map { try reader.directConversation(tenant: key.tenant, key.user, $0)?.key })
                    """
                )
            }
            return lines
        }
    }
}

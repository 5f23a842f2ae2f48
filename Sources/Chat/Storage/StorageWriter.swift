package import CAASProtocol

/// Changes inside one transaction; questions see the changes made before.
///
/// Counters (`lastSeq`, `lastOffset`, `memberCount`, `ownerCount`) are kept by the store, in the same transaction:
/// commit order is offset order. `conversation` arguments are brought up to date in place.
package protocol StorageWriter: StorageReader, APIKeyWriter, BlockWriter, CallWriter, FileWriter {
    /// Makes a conversation without members; nil where the key is taken.
    func insert(_ conversation: NewConversation) throws -> ConversationRecord?

    /// Stores a conversation's name, metadata and visibility as they stand in the record. Takes no offset.
    func putSettings(of conversation: inout ConversationRecord) throws

    /// Removes a conversation: from here on it, its members and its messages are unknown, and its key and pair are free.
    ///
    /// However large it is, this takes a moment; ``eraseRemoved(limit:)`` does the rest.
    func remove(_ conversation: ConversationRecord) throws

    /// Erases up to `limit` rows of removed conversations, contents too (G14).
    ///
    /// The frame ids of a user's messages (R66) end where one of them was erased.
    ///
    /// - Returns: whether there may be more to erase.
    func eraseRemoved(limit: Int) throws -> Bool

    /// Takes the next offset for a durable change that has no row of its own.
    func nextOffset(of conversation: inout ConversationRecord) throws -> Int64

    /// Stores a message under the next seq and offset, unless this sender has already used the id there (R2).
    func append(_ message: NewMessage, to conversation: inout ConversationRecord) throws -> AppendResult

    /// Replaces a message's content under the next offset; returns that offset.
    ///
    /// - Parameter message: the row as read; its content, editVersion, editedAt and offset are brought up to date.
    func edit(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        content: String,
        editedAt: Int64
    ) throws -> Int64

    /// Erases a message's body and hash and leaves a tombstone under the next offset; returns that offset.
    func delete(
        _ message: inout MessageRecord,
        in conversation: inout ConversationRecord,
        tombstone: Message.Tombstone
    ) throws -> Int64

    /// Makes, changes or replaces the row of a user in a conversation; counters follow. Takes no offset.
    func put(_ member: MemberRecord, in conversation: inout ConversationRecord) throws

    /// Removes the row of a user in a conversation; counters follow. Takes no offset.
    ///
    /// The pair of a direct conversation is free then.
    func removeMember(_ user: UserID, from conversation: inout ConversationRecord) throws

    /// Makes or updates a user's row; nil fields leave what is there.
    func put(_ user: UserRecord) throws

    /// Makes a user's row or replaces it as a whole.
    func replace(_ user: UserRecord) throws

    /// Forgets a user until it is named again, its presence, whom it has blocked, and who has blocked it; what it sent keeps
    /// its id.
    ///
    /// Of the ends of its calls nothing is left to tell it: whoever takes the id was in none of them.
    func removeUser(_ key: UserKey) throws

    /// Keeps what a user has said of its presence; its `lastSeen` stays as it is.
    func put(_ presence: PresenceRecord, of user: UserKey) throws

    /// Keeps when a user was seen last; nothing for one that there is not. Unix milliseconds.
    func putLastSeen(_ time: Int64, of user: UserKey) throws
}

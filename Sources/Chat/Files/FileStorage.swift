package import CAASProtocol

/// Questions about files to one consistent state of the store (R53).
package protocol FileReader {
    /// The tenant's file; nil once it or its conversation was removed.
    func file(_ id: FileID, of tenant: TenantID) throws -> FileRecord?
    /// Bytes of a user's files and of the whole tenant's: those that were announced count as if they were there.
    func storedBytes(of user: UserKey) throws -> (user: Int64, tenant: Int64)
    /// A user's files that have not arrived.
    func unfinishedFiles(of user: UserKey) throws -> Int
    /// Files that are neither complete nor in time at `time` (Unix milliseconds), nor removed yet.
    func lateFiles(at time: Int64, limit: Int) throws -> [FileID]
    /// Removed files that are not forgotten, by their places, of which all are above 0.
    func remains(behind place: Int64, limit: Int) throws -> [FileRemains]
}

/// Changes of files inside one transaction.
package protocol FileWriter: FileReader {
    /// Makes the row of a file in a conversation that is there.
    func insert(_ file: FileRecord, in conversation: ConversationRecord) throws
    /// Notes how much of a file is durable.
    func setReceived(_ bytes: Int64, of file: FileID) throws
    /// A file has arrived as a whole.
    func complete(_ file: FileID, sha256: [UInt8]) throws
    /// A message at `seq` refers to a file.
    func attach(_ file: FileID, at seq: Int64) throws
    /// A message refers to a file no more; with the last one the file is removed.
    func detach(_ file: FileID) throws
    /// Removes a file: from here on it is unknown, and ``FileReader/remains(behind:limit:)`` has it until it is forgotten.
    func removeFile(_ file: FileID) throws
    /// Removes what a user has begun and not finished.
    func removeUnfinishedFiles(of user: UserKey) throws
    /// Removes those of the files that have not arrived.
    func removeUnfinished(_ files: [FileID]) throws
    /// Forgets those of the files that are removed, of which nothing is left elsewhere; their names are erased (G14).
    func forget(_ files: [FileID]) throws
}

/// A removed file of which something may be left.
package struct FileRemains: Sendable, Hashable {
    package let file: FileID
    /// Its place among all files of the store, in the order in which they were announced.
    package let place: Int64

    package init(file: FileID, place: Int64) {
        self.file = file
        self.place = place
    }
}

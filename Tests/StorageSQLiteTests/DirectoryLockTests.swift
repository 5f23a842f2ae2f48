import Chat
import Foundation
import GRDB
import Testing

@testable import StorageSQLite

@Suite("SQLite: one process at a time") struct DirectoryLockTests {
    @Test func `a directory is served once until it is closed`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        #expect(throws: StorageError.locked) { try SQLiteStorage(directory: directory.path) }
        #expect(DirectoryLock.holder(directory: directory.path) == getpid())
        try storage.make(.sample("room"))
        try storage.close()
        let again = try SQLiteStorage(directory: directory.path)
        #expect(try again.conversation(roomKey("room")) != nil)
        try again.close()
    }

    @Test func `a failed opening leaves no lock`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/caas.sqlite"
        try Data("no database at all".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StorageError.self) { try SQLiteStorage(directory: directory.path) }
        try FileManager.default.removeItem(atPath: path)
        try SQLiteStorage(directory: directory.path).close()
    }

    @Test func `a lock that is refused closes its descriptor once, and nobody else's`() throws {
        let directory = try TemporaryDirectory()
        let lock = try DirectoryLock(directory: directory.path)
        // Meanwhile other descriptors come and go: one closed twice would take one of them along.
        var kept: [FileHandle] = []
        for number in 0..<200 {
            #expect(throws: StorageError.locked) { try DirectoryLock(directory: directory.path) }
            let path = directory.path + "/\(number)"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            kept.append(try #require(FileHandle(forWritingAtPath: path)))
        }
        for handle in kept { try handle.write(contentsOf: Data("still open".utf8)) }
        withExtendedLifetime(lock) {}
    }

    @Test func `nobody has held the lock of a new directory`() throws {
        let directory = try TemporaryDirectory()
        #expect(DirectoryLock.holder(directory: directory.path) == nil)
        try Data("what?".utf8).write(to: URL(fileURLWithPath: directory.path + "/caas.lock"))
        #expect(DirectoryLock.holder(directory: directory.path) == nil)
    }

    @Test func `a file that another connection is writing is locked`() throws {
        let directory = try TemporaryDirectory()
        try SQLiteStorage(directory: directory.path).close()
        let other = try command(in: directory)
        try other.inDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE") }
        #expect(throws: StorageError.locked) {
            try SQLiteStorage(directory: directory.path, settings: .init(busyTimeout: .zero))
        }
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try other.close()
        try SQLiteStorage(directory: directory.path).close()
    }

    @Test func `a short write of a command is waited for, or refused, and never overlooked`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path, settings: .init(busyTimeout: .zero))
        var room = try storage.make(.sample("room"))
        try storage.append(.sample("m1"), to: &room)
        let command = try command(in: directory)
        try command.inDatabase {
            try $0.execute(sql: "BEGIN IMMEDIATE; UPDATE conversation SET last_offset = 10, name = 'Renamed'")
        }
        #expect(throws: StorageError.locked) { try storage.append(.sample("m2"), to: &room) }
        try command.inDatabase { try $0.execute(sql: "COMMIT") }
        #expect(try storage.append(.sample("m2"), to: &room) == .stored(seq: 2, offset: 11))
        #expect(try storage.write { try $0.conversation(room.key) }?.name == "Renamed")
        try command.close()
        try storage.close()
    }

    /// A connection of somebody else, who may leave a transaction open for a while.
    private func command(in directory: TemporaryDirectory) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: directory.path + "/caas.sqlite", configuration: configuration)
    }
}

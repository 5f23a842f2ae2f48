import CAASProtocol
import Chat
import Foundation
import GRDB
import Testing

@testable import StorageSQLite

@Suite("SQLite: what a failing disk does") struct SQLiteDurabilityTests {
    @Test func `a file that may not grow is full, reads go on, and space heals it`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path, settings: .init(maxPages: 60))
        var room = try storage.make(.sample("room"))
        var stored: Int64 = 0
        let text = String(repeating: "x", count: 10_000)
        #expect(throws: StorageError.full) {
            while true {
                try storage.append(.sample("m\(stored + 1)", from: alice, text), to: &room)
                stored += 1
            }
        }
        #expect(stored > 3)
        #expect(try storage.read { try $0.messages(in: room, .latest, limit: 100) }.count == stored)
        #expect(try storage.conversation(room.key)?.lastSeq == stored)
        try storage.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000") }
        let next = stored + 1
        #expect(try storage.append(.sample("next"), to: &room) == .stored(seq: next, offset: next))
        try storage.close()
    }

    @Test func `a disk that is full at the commit is full, and space heals it`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var room = try storage.make(.sample("room"))
        // The writer reads nothing from an empty log.
        #expect(try storage.truncateLog())
        let log = try OpenFile(directory.path + "/caas.sqlite-wal")
        try log.replaced(by: "/dev/full", O_RDWR) { () throws in
            #expect(throws: StorageError.full) { try storage.append(.sample("m1"), to: &room) }
            #expect(throws: StorageError.full) { try storage.append(.sample("m1"), to: &room) }
            #expect(try storage.conversation(room.key)?.lastSeq == 0)
        }
        #expect(try storage.append(.sample("m1"), to: &room) == .stored(seq: 1, offset: 1))
        try storage.close()
    }

    @Test func `after a write that failed nothing is acknowledged until a restart`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var room = try storage.make(.sample("room"))
        try storage.append(.sample("m1"), to: &room)
        let before = room
        let log = try OpenFile(directory.path + "/caas.sqlite-wal")
        try log.replaced(by: directory.path + "/caas.sqlite-wal", O_RDONLY) { () throws in
            #expect { try storage.append(.sample("m2"), to: &room) } throws: { isFailed($0) }
        }
        // The disk is well again, but what it holds is unknown.
        #expect { try storage.append(.sample("m2"), to: &room) } throws: { isFailed($0) }
        #expect { try storage.write { _ in } } throws: { isFailed($0) }
        #expect(try storage.conversation(room.key) == before)
        try storage.close()
        let again = try SQLiteStorage(directory: directory.path)
        #expect(try again.append(.sample("m2"), to: &room) == .stored(seq: 2, offset: 2))
        try again.close()
    }

    @Test func `a checkpoint that fails ends acknowledging too`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var room = try storage.make(.sample("room"))
        let file = try OpenFile(directory.path + "/caas.sqlite")
        try file.replaced(by: directory.path + "/caas.sqlite", O_RDONLY) { () throws in
            #expect { try storage.truncateLog() } throws: { isFailed($0) }
        }
        #expect { try storage.append(.sample("m1"), to: &room) } throws: { isFailed($0) }
        try storage.close()
        let again = try SQLiteStorage(directory: directory.path)
        #expect(try again.append(.sample("m1"), to: &room) == .stored(seq: 1, offset: 1))
        try again.close()
    }

    @Test func `an error of the store that somebody swallows still ends the transaction`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var room = try storage.make(.sample("room", handle: 5))
        #expect {
            try storage.write { writer in
                _ = try writer.append(.sample("m1"), to: &room)
                _ = try? writer.insert(.sample("other", handle: 5))
            }
        } throws: { isFailed($0) }
        #expect(try storage.conversation(room.key)?.lastSeq == 0)
        #expect(try storage.append(.sample("m1"), to: &room) == .stored(seq: 1, offset: 1))
        try storage.close()
    }

    @Test func `the log is copied into the file and begins again`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path, settings: .init(checkpointPages: 40))
        var room = try storage.make(.sample("room"))
        for place in 1...200 { try storage.append(.sample("m\(place)"), to: &room) }
        func size(_ name: String) throws -> Int {
            try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + name)).count
        }
        // Each of the 200 commits wrote four pages at least.
        #expect(try size("caas.sqlite-wal") < 100 * 4096)
        #expect(try size("caas.sqlite") > 10 * 4096)
        #expect(try storage.read { try $0.messages(in: room, .latest, limit: 1000) }.count == 200)
        try storage.close()
    }

    @Test func `a reader that stays does not keep the writer, nor see what it writes`() throws {
        let directory = try TemporaryDirectory()
        let settings = SQLiteStorage.Settings(checkpointPages: 10, busyTimeout: .zero)
        let storage = try SQLiteStorage(directory: directory.path, settings: settings)
        var room = try storage.make(.sample("room"))
        try storage.append(.sample("first"), to: &room)
        try storage.read { reader in
            #expect(try reader.conversation(room.key)?.lastSeq == 1)
            for place in 1...50 { try storage.append(.sample("m\(place)"), to: &room) }
            #expect(try storage.truncateLog() == false)
            #expect(try reader.messages(in: room, .latest, limit: 100).count == 1)
        }
        #expect(try storage.truncateLog())
        #expect(try storage.read { try $0.messages(in: room, .latest, limit: 100) }.count == 51)
        try storage.close()
    }

    @Test func `a transaction that changes nothing writes nothing`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var room = try storage.make(.sample("room"), [.sample(alice)])
        try storage.append(.sample("m1"), to: &room)
        try storage.write { try $0.put(UserRecord(key: userKey(alice), name: "Alice", avatarURL: nil)) }
        let log = URL(fileURLWithPath: directory.path + "/caas.sqlite-wal")
        let before = try Data(contentsOf: log)
        try storage.write { _ in }
        try storage.write { writer in
            _ = try writer.append(.sample("m1"), to: &room)
            _ = try writer.member(of: room, bob)
            try writer.removeMember(bob, from: &room)
            try writer.put(UserRecord(key: userKey(alice), name: "Alice", avatarURL: nil))
        }
        #expect(try Data(contentsOf: log) == before)
        try storage.close()
    }
}

private func isFailed(_ error: any Error) -> Bool {
    if case StorageError.failed = error { true } else { false }
}

/// A file that this process has open.
private struct OpenFile {
    private let descriptor: Int32

    /// Finds the descriptor; one alone must have the file open.
    init(_ path: String) throws {
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init)
            .filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path }
        descriptor = try #require(open.first)
        #expect(open.count == 1)
    }

    /// Puts another file in its place while `body` runs.
    func replaced(by path: String, _ flags: Int32, _ body: () throws -> Void) throws {
        let kept = dup(descriptor)
        let other = open(path, flags)
        #expect(kept >= 0 && other >= 0)
        #expect(dup2(other, descriptor) == descriptor)
        close(other)
        defer {
            dup2(kept, descriptor)
            close(kept)
        }
        try body()
    }
}

import CAASProtocol
import Chat
import Foundation
import GRDB
import Testing

@testable import StorageSQLite

@Suite("SQLite: opening") struct SQLiteOpeningTests {
    @Test func `directory and files are the owner's alone`() throws {
        let parent = try TemporaryDirectory()
        let directory = parent.path + "/data"
        let storage = try SQLiteStorage(directory: directory)
        try storage.make(.sample("room"))
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(directory) == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        #expect(files == ["caas.lock", "caas.sqlite", "caas.sqlite-shm", "caas.sqlite-wal"])
        for file in files { #expect(try mode(directory + "/" + file) == 0o600, "\(file)") }
        try storage.close()
    }

    @Test func `what is missing of the directory's path is made, for its owner alone`() throws {
        let parent = try TemporaryDirectory()
        for name in ["n1/n2/data", "/n3//n4/"] {
            try SQLiteStorage(directory: parent.path + "/" + name).close()
        }
        for name in ["n1", "n1/n2", "n1/n2/data", "n3", "n3/n4"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: parent.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o700, "\(name)")
        }
    }

    @Test func `commits wait for the disk and deleted content is overwritten`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        try storage.pool.writeWithoutTransaction { database throws in
            #expect(try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2)
            #expect(try Int.fetchOne(database, sql: "PRAGMA secure_delete") == 1)
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == Schema.version)
        }
        #expect(storage.inspection == .checked)
        try storage.close()
    }

    @Test(arguments: [true, false])
    func `what was committed is there after opening again`(closing: Bool) throws {
        let directory = try TemporaryDirectory()
        var storage: SQLiteStorage? = try SQLiteStorage(directory: directory.path)
        var room = try #require(try storage?.make(.sample("room"), [.sample(alice, .owner), .banned(bob, until: 7)]))
        for place in 1...20 { try storage?.append(.sample("m\(place)"), to: &room) }
        let messages = try storage?.read { try $0.messages(in: room, .latest, limit: 100) }
        if closing { try storage?.close() }
        storage = nil

        let again = try SQLiteStorage(directory: directory.path)
        #expect(try again.conversation(room.key) == room)
        #expect(try again.read { try $0.messages(in: room, .latest, limit: 100) } == messages)
        #expect(try again.read { try $0.member(of: room, bob) } == .banned(bob, until: 7))
        #expect(try again.append(.sample("m21"), to: &room) == .stored(seq: 21, offset: 21))
        #expect(try again.append(.sample("m1"), to: &room) == .duplicate(try #require(messages?.first)))
        let last = try again.read { try $0.lastClientIDs(of: userKey(alice), limit: 2) }
        #expect(last == [frame("m20"), frame("m21")])
        try again.close()
    }

    @Test(arguments: 0..<Schema.version)
    func `a file of an earlier version is brought up to date, with what is in it`(version: Int) throws {
        let directory = try TemporaryDirectory()
        try DatabaseQueue(path: directory.path + "/caas.sqlite").write { database throws in
            for step in Schema.steps.prefix(version) { try database.execute(sql: step) }
            if version > 0 { try database.execute(sql: "INSERT INTO tenant (ext_id) VALUES ('acme')") }
            try database.execute(sql: "PRAGMA user_version = \(version)")
            if version > 0 { try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
        }
        let storage = try SQLiteStorage(directory: directory.path)
        let room = try storage.make(.sample("room"), [.sample(alice, .owner)])
        #expect(try storage.conversation(room.key) == room)
        #expect(try storage.write { try $0.insert(.sample("0123456789ab")) })
        let found = try storage.pool.read { database throws in
            (
                try Int.fetchOne(database, sql: "PRAGMA user_version"),
                try Int.fetchOne(database, sql: "SELECT count(*) FROM tenant")
            )
        }
        #expect(found == (Schema.version, 1))
        try storage.close()
    }

    @Test func `a newer file is refused and stays as it is`() throws {
        let directory = try TemporaryDirectory()
        try SQLiteStorage(directory: directory.path).close()
        let path = directory.path + "/caas.sqlite"
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: StorageError.newer(found: 99, known: Schema.version)) {
            try SQLiteStorage(directory: directory.path)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test(arguments: ["x", String(repeating: "no database", count: 1000)])
    func `a file that is no database is corrupt`(text: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/caas.sqlite"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect { try SQLiteStorage(directory: directory.path) } throws: { isCorrupt($0) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8))
    }

    @Test func `the database of something else is refused and stays as it is`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/caas.sqlite"
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE other (a)") }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect { try SQLiteStorage(directory: directory.path) } throws: { isCorrupt($0) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `a damaged file is corrupt, unless it is too large to be read`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var room = try storage.make(.sample("room"))
        try storage.write { writer in
            for place in 0..<2_000 { _ = try writer.append(.sample("m\(place)"), to: &room) }
        }
        try storage.close()
        let url = URL(fileURLWithPath: directory.path + "/caas.sqlite")
        var bytes = try Data(contentsOf: url)
        // The messages, which came last; what stands before them says what is where.
        let sound = bytes.count / 4 * 3
        bytes.replaceSubrange(sound..<bytes.count, with: Data(repeating: 0xAB, count: bytes.count - sound))
        try bytes.write(to: url)
        #expect { try SQLiteStorage(directory: directory.path) } throws: { isCorrupt($0) }

        let unchecked = try SQLiteStorage(directory: directory.path, settings: .init(checkedBytes: 0))
        #expect(unchecked.inspection == .skipped(bytes: Int64(bytes.count)))
        #expect { try unchecked.read { try $0.messages(in: room, .latest, limit: 500) } } throws: { isCorrupt($0) }
        try unchecked.close()
    }

    @Test func `where no file can be, there is none`() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(fileURLWithPath: directory.path + "/file"))
        for path in ["/file", "/file/data"] {
            #expect {
                try SQLiteStorage(directory: directory.path + path)
            } throws: { error in
                if case StorageError.unreadable = error { true } else { false }
            }
        }
        try FileManager.default.createDirectory(
            atPath: directory.path + "/caas.sqlite",
            withIntermediateDirectories: false
        )
        #expect {
            try SQLiteStorage(directory: directory.path)
        } throws: { error in
            if case StorageError.unreadable = error { true } else { false }
        }
    }

    @Test func `a store that may not be written is read only`() throws {
        let directory = try TemporaryDirectory()
        try SQLiteStorage(directory: directory.path).close()
        chmod(directory.path + "/caas.sqlite", 0o444)
        chmod(directory.path + "/caas.lock", 0o666)
        chmod(directory.path, 0o555)
        defer { chmod(directory.path, 0o755) }
        asNobody {
            #expect(throws: StorageError.readOnly) { try SQLiteStorage(directory: directory.path) }
        }
        // The log could be made, but the file not be written.
        chmod(directory.path, 0o777)
        asNobody {
            #expect(throws: StorageError.readOnly) { try SQLiteStorage(directory: directory.path) }
        }
        // No lock can be made.
        chmod(directory.path, 0o555)
        unlink(directory.path + "/caas.lock")
        asNobody {
            #expect(throws: StorageError.readOnly) { try SQLiteStorage(directory: directory.path) }
        }
    }
}

private func isCorrupt(_ error: any Error) -> Bool {
    if case StorageError.corrupt = error { true } else { false }
}

/// Root may write everything: its thread gives up its rights to files for a moment.
func asNobody(_ body: () throws -> Void) rethrows {
    guard geteuid() == 0 else { return try body() }
    setfsuid(65534)
    defer { setfsuid(0) }
    try body()
}

@_silgen_name("setfsuid") @discardableResult
private func setfsuid(_ user: UInt32) -> Int32

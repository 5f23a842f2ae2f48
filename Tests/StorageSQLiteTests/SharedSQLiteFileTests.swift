import Chat
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import StorageSQLite

@Suite("SQLite: a command beside the service") struct SharedSQLiteFileTests {
    private let directory: TemporaryDirectory
    private let storage: SQLiteStorage

    init() throws {
        directory = try TemporaryDirectory()
        storage = try SQLiteStorage(directory: directory.path)
    }

    @Test func `what either commits the other sees`() throws {
        let file = try SharedSQLiteFile(directory: directory.path)
        let record = APIKeyRecord.sample("0123456789ab")
        _ = try storage.write { try $0.insert(record) }
        #expect(try file.read { try $0.apiKeys() } == [record])
        let revoked = try file.write { try $0.revokeAPIKey(record.id, at: 5) }
        #expect(try storage.read { try $0.apiKey(record.id) } == revoked)
        try file.close()
    }

    @Test func `a transaction that fails leaves nothing`() throws {
        struct Refused: Error {}
        let file = try SharedSQLiteFile(directory: directory.path)
        #expect(throws: Refused.self) {
            try file.write { writer throws in
                _ = try writer.insert(.sample("0123456789ab"))
                throw Refused()
            }
        }
        #expect(try file.read { try $0.apiKeys() } == [])
    }

    @Test func `neither waits in vain for the other, however busy the service is`() throws {
        let (path, storage) = (directory.path, storage)
        let finished = Mutex(false)
        let room = try storage.make(.sample("room"))
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            do {
                if index == 0 {
                    // One commit after the other, as a service does that always has something to write.
                    var place = 0
                    var record = room
                    while !finished.withLock({ $0 }) {
                        place += 1
                        try storage.append(.sample("m\(place)"), to: &record)
                    }
                } else {
                    defer { finished.withLock { $0 = true } }
                    for number in 100_000_000_000..<100_000_000_020 {
                        let file = try SharedSQLiteFile(directory: path)
                        #expect(try file.write { try $0.insert(.sample("\(number)")) })
                        try file.close()
                    }
                }
            } catch {
                Issue.record(error)
            }
        }
        #expect(try storage.read { try $0.apiKeys() }.count == 20)
        var stored = try #require(try storage.conversation(room.key))
        let seq = stored.lastSeq + 1
        #expect(try storage.append(.sample("last"), to: &stored) == .stored(seq: seq, offset: seq))
    }

    @Test(arguments: [
        (99, StorageError.newer(found: 99, known: Schema.version)), (1, .older(found: 1, known: Schema.version)),
    ])
    func `a file of another version is refused and stays as it is`(_ version: Int, _ refusal: StorageError) throws {
        try storage.close()
        let path = directory.path + "/caas.sqlite"
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = \(version)") }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: refusal) { try SharedSQLiteFile(directory: directory.path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `a file that may not be written can be read, and says so when written`() throws {
        #expect(try storage.write { try $0.insert(APIKeyRecord.sample("0123456789ab")) })
        chmod(directory.path + "/caas.sqlite", 0o444)
        chmod(directory.path + "/caas.sqlite-wal", 0o444)
        chmod(directory.path + "/caas.sqlite-shm", 0o444)
        try asNobody {
            let file = try SharedSQLiteFile(directory: directory.path)
            #expect(try file.read { try $0.apiKeys() }.count == 1)
            #expect(throws: StorageError.readOnly) { try file.write { try $0.insert(.sample("bcdefghjkmnp")) } }
        }
    }
}

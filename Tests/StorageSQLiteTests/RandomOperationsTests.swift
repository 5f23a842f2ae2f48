import CAASProtocol
import Chat
import StorageSQLite
import Testing

/// The same operations on both implementations give the same answers.
@Suite("Storage: in memory and SQLite agree") struct RandomOperationsTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random operations give equal answers`(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var sqlite = try SQLiteStorage(directory: directory.path)
        let inMemory = InMemoryStorage()
        var random = RandomOperations(seed: seed)
        for step in 0..<30 {
            let transaction = random.transaction()
            let expected = transaction.run(on: inMemory)
            let answers = transaction.run(on: sqlite)
            #expect(answers == expected, "seed \(seed), step \(step): \(transaction)")
            let state = try RandomOperations.describe(inMemory)
            #expect(try RandomOperations.describe(sqlite) == state, "seed \(seed), step \(step): \(transaction)")
            if random.chance(of: 10) {
                try sqlite.close()
                sqlite = try SQLiteStorage(directory: directory.path)
            }
        }
        try sqlite.close()
    }
}

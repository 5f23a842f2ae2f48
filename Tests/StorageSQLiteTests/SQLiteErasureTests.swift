import CAASProtocol
import Chat
import Foundation
import Testing

import StorageSQLite

@Suite("SQLite: deleted means gone") struct SQLiteErasureTests {
    /// G14: content of deleted and of edited messages, of every size, is nowhere in the directory.
    @Test(arguments: 0..<4 as Range<UInt64>, [false, true])
    func `deleted content is in no file of the directory`(seed: UInt64, byClosing: Bool) throws {
        var random = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        var rooms = try (0..<4).map { try storage.make(.sample("room\($0)")) }
        var kept: [Int] = []
        for batch in 0..<20 {
            try storage.write { writer in
                for place in batch * 30..<batch * 30 + 30 {
                    let size = [0, 40, 400, 6_000][Int.random(in: 0..<4, using: &random)]
                    let isSecret = Int.random(in: 0..<3, using: &random) > 0
                    let mark = isSecret ? "SECRET" : "KEPT-\(place)-"
                    var new = NewMessage.sample("m\(place)", from: alice, mark + String(repeating: "x", count: size))
                    new.contentHash = Array(mark.utf8)
                    new.body.metadata = JSONFragment(checked: Array(#"{"m":"\#(mark)"}"#.utf8))
                    _ = try writer.append(new, to: &rooms[place % 4])
                    if !isSecret { kept.append(place) }
                }
            }
        }
        let tombstone = Message.Tombstone(deletedAt: 1, deletedBy: bob)
        for index in rooms.indices {
            try storage.write { writer in
                for var message in try writer.messages(in: rooms[index], .latest, limit: 1000)
                where message.message.body.content.hasPrefix("SECRET") {
                    // What is edited away is gone too.
                    if Bool.random(using: &random) {
                        _ = try writer.edit(&message, in: &rooms[index], content: "SECRET", editedAt: 1)
                    }
                    _ = try writer.delete(&message, in: &rooms[index], tombstone: tombstone)
                }
            }
        }
        if byClosing { try storage.close() } else { #expect(try storage.truncateLog()) }
        var found = Set<String>()
        for file in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + file))
            if bytes.range(of: Data("SECRET".utf8)) != nil { found.insert(file) }
            if file == "caas.sqlite" {
                #expect(kept.allSatisfy { bytes.range(of: Data("KEPT-\($0)-".utf8)) != nil })
            }
        }
        #expect(found == [], "seed \(seed)")
        try storage.close()
    }
}

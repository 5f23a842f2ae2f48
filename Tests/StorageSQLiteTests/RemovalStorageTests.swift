import CAASProtocol
import Chat
import Foundation
import GRDB
import Testing

@testable import StorageSQLite

@Suite("Storage: removing conversations and users") struct RemovalStorageTests {
    @Test(arguments: StorageUnderTest.available, [0, 1, 3])
    func `a removed conversation is unknown at once, and nothing of it is left in the end`(
        _ subject: StorageUnderTest,
        steps: Int
    ) throws {
        try subject.run { storage throws in
            var new = NewConversation.sample("room", createdBy: alice, createdByFrame: frame("c1"))
            new.handle = 7
            var room = try storage.make(new, [.sample(alice, .owner), .sample(bob), .banned(carol, until: nil)])
            for place in 1...5 { try storage.append(.sample("m\(place)"), to: &room) }
            var other = try storage.make(.sample("other"), [.sample(alice)])
            try storage.append(.sample("kept"), to: &other)
            try storage.write { try $0.remove(room) }
            for _ in 0..<steps { _ = try storage.write { try $0.eraseRemoved(limit: 2) } }
            try storage.read { reader in
                #expect(try reader.conversation(room.key) == nil)
                #expect(try reader.conversation(handle: 7, of: acme) == nil)
                #expect(try reader.created(by: userKey(alice), frame: frame("c1")) == nil)
                let list = try reader.conversations(of: userKey(alice), after: nil, limit: 10)
                #expect(list.map(\.conversation) == [other])
                #expect(try reader.inboxConversations(of: userKey(bob)) == [])
                #expect(try reader.messages(in: other, .latest, limit: 9).count == 1)
            }
            // The key, and the frame that made it, are free.
            var again = try storage.make(new.withHandle(8), [.sample(bob, .owner)])
            #expect(again.lastSeq == 0 && again.memberCount == 1 && again.number != room.number)
            #expect(try storage.append(.sample("m1"), to: &again) == .stored(seq: 1, offset: 1))
            while try storage.write({ try $0.eraseRemoved(limit: 2) }) {}
            #expect(try storage.write { try $0.eraseRemoved(limit: 2) } == false)
            #expect(try storage.conversation(room.key) == again)
            #expect(
                try storage.read { try $0.messages(in: again, .latest, limit: 9).map(\.message.clientID) } == [
                    frame("m1")
                ]
            )
            #expect(try storage.read { try $0.memberIDs(of: again) } == [bob])
            #expect(try storage.read { try $0.messages(in: other, .latest, limit: 9).count } == 1)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a removal that is not committed is none`(_ subject: StorageUnderTest) throws {
        struct Abandoned: Error {}
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"), [.sample(alice)])
            try storage.append(.sample("m1"), to: &room)
            #expect(throws: Abandoned.self) {
                try storage.write { store in
                    try store.remove(room)
                    #expect(try store.conversation(room.key) == nil)
                    _ = try store.insert(.sample("room"))
                    throw Abandoned()
                }
            }
            #expect(try storage.conversation(room.key) == room)
            #expect(try storage.append(.sample("m2"), to: &room) == .stored(seq: 2, offset: 2))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a pair is free after its conversation, or one of the two in it, is gone`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let first = try storage.make(.sample("d1", kind: .direct), [.sample(alice), .sample(bob)])
            try storage.write { try $0.remove(first) }
            var second = try storage.make(.sample("d2", kind: .direct), [.sample(alice), .sample(bob)])
            #expect(try storage.read { try $0.directConversation(tenant: acme, alice, bob) } == second)
            try storage.write { try $0.removeMember(bob, from: &second) }
            #expect(try storage.read { try $0.directConversation(tenant: acme, alice, bob) } == nil)
            let third = try storage.make(.sample("d3", kind: .direct), [.sample(alice), .sample(bob)])
            #expect(try storage.read { try $0.directConversation(tenant: acme, alice, bob) } == third)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `the ids of sent messages end at one that was erased`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var (kept, gone) = (try storage.make(.sample("kept")), try storage.make(.sample("gone")))
            try storage.append(.sample("m1"), to: &kept)
            try storage.append(.sample("m2"), to: &gone)
            try storage.append(.sample("m3"), to: &kept)
            try storage.write { try $0.remove(gone) }
            while try storage.write({ try $0.eraseRemoved(limit: 1) }) {}
            #expect(try storage.read { try $0.lastClientIDs(of: userKey(alice), limit: 9) } == [frame("m3")])
            try storage.append(.sample("m4"), to: &kept)
            #expect(
                try storage.read { try $0.lastClientIDs(of: userKey(alice), limit: 9) } == [frame("m3"), frame("m4")]
            )
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a removed user is unknown until it is named again, and its messages keep its id`(
        _ subject: StorageUnderTest
    ) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"), [.sample(alice)])
            try storage.append(.sample("m1"), to: &room)
            try storage.write { try $0.put(UserRecord(key: userKey(alice), name: "Alice", avatarURL: "u")) }
            try storage.write { store in
                try store.removeMember(alice, from: &room)
                try store.removeUser(userKey(alice))
                #expect(try store.user(userKey(alice)) == nil)
            }
            #expect(try storage.read { try $0.user(userKey(alice)) } == nil)
            #expect(try storage.read { try $0.messages(in: room, .latest, limit: 1).first?.message.senderID } == alice)
            try storage.write { try $0.removeUser(userKey(bob)) }
            #expect(try storage.read { try $0.user(userKey(bob)) } == nil)
            try storage.write { try $0.put(.sample(alice), in: &room) }
            let back = try storage.read { try $0.user(userKey(alice)) }
            #expect(back == UserRecord(key: userKey(alice), name: nil, avatarURL: nil))
            try storage.write { try $0.replace(UserRecord(key: userKey(alice), name: "A", avatarURL: "v")) }
            try storage.write { try $0.replace(UserRecord(key: userKey(alice), name: nil, avatarURL: "w")) }
            let put = try storage.read { try $0.user(userKey(alice)) }
            #expect(put == UserRecord(key: userKey(alice), name: nil, avatarURL: "w"))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `whoever only made a conversation is no user by that`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.make(.sample("room", createdBy: alice, createdByFrame: frame("c1")))
            #expect(try storage.read { try $0.user(userKey(alice)) } == nil)
            #expect(try storage.read { try $0.created(by: userKey(alice), frame: frame("c1")) } != nil)
            try storage.write { try $0.put(UserRecord(key: userKey(alice), name: "A", avatarURL: nil)) }
            #expect(try storage.read { try $0.user(userKey(alice))?.name } == "A")
        }
    }

    /// G14, and the work of a process that ended in the middle goes on in the next one.
    @Test func `contents of a removed conversation are in no file once they are erased`() throws {
        let directory = try TemporaryDirectory()
        var storage = try SQLiteStorage(directory: directory.path)
        var rooms = try (0..<2).map { try storage.make(.sample("room\($0)"), [.sample(alice), .sample(bob)]) }
        for place in 0..<200 {
            let mark = place % 2 == 0 ? "KEPT-\(place)-" : "SECRET"
            try storage.append(
                .sample("m\(place)", mark + String(repeating: "x", count: place * 7)),
                to: &rooms[place % 2]
            )
        }
        try storage.write { try $0.remove(rooms[1]) }
        #expect(try storage.write { try $0.eraseRemoved(limit: 30) })
        try storage.close()
        storage = try SQLiteStorage(directory: directory.path)
        while try storage.write({ try $0.eraseRemoved(limit: 30) }) {}
        #expect(try storage.truncateLog())
        for file in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + file))
            #expect(bytes.range(of: Data("SECRET".utf8)) == nil, "\(file)")
            guard file == "caas.sqlite" else { continue }
            #expect((0..<100).allSatisfy { bytes.range(of: Data("KEPT-\($0 * 2)-".utf8)) != nil })
        }
        #expect(try storage.read { try $0.messages(in: rooms[0], .latest, limit: 1_000).count } == 100)
        let left = try storage.pool.read { database in
            try ["message", "member"].map { table in
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM \(table) WHERE conv_no = \(rooms[1].number)"
                )
            }
        }
        #expect(left == [0, 0])
        try storage.close()
    }
}

extension NewConversation {
    fileprivate func withHandle(_ handle: UInt64) -> NewConversation {
        var other = self
        other.handle = handle
        return other
    }
}

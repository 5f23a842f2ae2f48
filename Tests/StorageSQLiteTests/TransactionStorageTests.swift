import CAASProtocol
import Chat
import Dispatch
import Synchronization
import Testing

@Suite("Storage: transactions") struct TransactionStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `questions of the writer see its own changes`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.write { writer throws in
                var room = try #require(
                    try writer.insert(.sample("room", handle: 3, createdBy: alice, createdByFrame: frame("f")))
                )
                var direct = try #require(try writer.insert(.sample("d", kind: .direct)))
                try writer.put(.sample(alice, .owner), in: &room)
                try writer.put(.sample(alice), in: &direct)
                try writer.put(.sample(bob), in: &direct)
                _ = try writer.append(.sample("m"), to: &room)
                #expect(room.lastSeq == 1 && room.memberCount == 1)
                #expect(try writer.conversation(room.key) == room)
                #expect(try writer.conversation(handle: 3, of: acme) == room)
                #expect(try writer.created(by: userKey(alice), frame: frame("f"))?.record == room)
                #expect(try writer.directConversation(tenant: acme, alice, bob) == direct)
                #expect(try writer.member(of: room, alice) == .sample(alice, .owner))
                #expect(try writer.member(of: room, bob) == nil)
                #expect(
                    try writer.conversations(of: userKey(alice), after: nil, limit: 9).map(\.conversation) == [
                        direct, room,
                    ]
                )
                #expect(try writer.messages(in: room, .latest, limit: 9).count == 1)
                #expect(try writer.lastClientIDs(of: userKey(alice), limit: 9) == [frame("m")])
                #expect(try writer.sent(in: room, by: alice, as: frame("m"))?.message.seq == 1)
            }
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `readers see nothing before the commit and everything after it`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            let before = room
            try storage.write { writer throws in
                _ = try writer.append(.sample("m"), to: &room)
                try writer.put(.sample(alice), in: &room)
                #expect(try storage.conversation(room.key) == before)
                #expect(try storage.read { try $0.messages(in: room, .latest, limit: 9) } == [])
                #expect(try storage.read { try $0.memberIDs(of: room) } == [])
            }
            #expect(try storage.conversation(room.key) == room)
            #expect(try storage.read { try $0.messages(in: room, .latest, limit: 9) }.count == 1)
            #expect(try storage.read { try $0.memberIDs(of: room) } == [alice])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a transaction that fails leaves nothing, not even in caches`(_ subject: StorageUnderTest) throws {
        struct Refused: Error {}
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"), [.sample(alice, .owner)])
            try storage.append(.sample("m1"), to: &room)
            let before = room
            #expect(throws: Refused.self) {
                try storage.write { writer throws in
                    _ = try writer.append(.sample("m2"), to: &room)
                    _ = try writer.append(.sample("m2", from: bob), to: &room)
                    var message = try #require(try writer.message(in: room, seq: 1))
                    _ = try writer.edit(&message, in: &room, content: "other", editedAt: 1)
                    try writer.put(.banned(alice), in: &room)
                    try writer.put(.sample(carol), in: &room)
                    var other = try #require(try writer.insert(.sample("other", of: tenant("new"), handle: 4)))
                    _ = try writer.append(.sample("m", from: user("dave")), to: &other)
                    throw Refused()
                }
            }
            func check(_ reader: any StorageReader) throws {
                #expect(try reader.conversation(before.key) == before)
                #expect(try reader.messages(in: before, .latest, limit: 9).map(\.message.body.content) == ["hello"])
                #expect(try reader.member(of: before, alice) == .sample(alice, .owner))
                #expect(try reader.member(of: before, carol) == nil)
                #expect(try reader.conversation(roomKey("other", of: tenant("new"))) == nil)
                #expect(try reader.conversation(handle: 4, of: tenant("new")) == nil)
                #expect(try reader.user(userKey(bob)) == nil)
                #expect(try reader.lastClientIDs(of: userKey(alice), limit: 9) == [frame("m1")])
            }
            try storage.read(check)
            try storage.write(check)
            // The same again succeeds: what was numbered then is numbered again.
            room = before
            #expect(try storage.append(.sample("m2", from: bob), to: &room) == .stored(seq: 2, offset: 2))
            #expect(try storage.append(.sample("m2"), to: &room) == .stored(seq: 3, offset: 3))
            var other = try storage.make(.sample("other", of: tenant("new"), handle: 4))
            #expect(try storage.append(.sample("m", from: user("dave")), to: &other) == .stored(seq: 1, offset: 1))
            #expect(
                try storage.read { try $0.lastClientIDs(of: userKey(alice), limit: 9) } == [frame("m1"), frame("m2")]
            )
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `readers beside a busy writer see whole transactions`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"))
            let finished = Mutex(false)
            // The first of these writes, the others read.
            DispatchQueue.concurrentPerform(iterations: 3) { index in
                do {
                    if index == 0 {
                        defer { finished.withLock { $0 = true } }
                        var record = room
                        for batch in 0..<50 {
                            try storage.write { writer throws in
                                for place in 0..<4 { _ = try writer.append(.sample("\(batch)-\(place)"), to: &record) }
                            }
                        }
                    } else {
                        var seen: Int64 = 0
                        repeat {
                            let (record, messages) = try storage.read {
                                (try $0.conversation(room.key), try $0.messages(in: room, .latest, limit: 1000))
                            }
                            let last = record?.lastSeq ?? -1
                            #expect(last % 4 == 0 && last >= seen)
                            #expect(messages.map(\.message.seq) == (last == 0 ? [] : Array(1...last)))
                            seen = last
                        } while !finished.withLock { $0 }
                    }
                } catch {
                    Issue.record(error)
                }
            }
            #expect(try storage.conversation(room.key)?.lastSeq == 200)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a closed store says so`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.close()
            #expect(throws: StorageError.closed) { try storage.conversation(roomKey("room")) }
            #expect(throws: StorageError.closed) { try storage.make(.sample("room")) }
            try storage.close()
        }
    }
}

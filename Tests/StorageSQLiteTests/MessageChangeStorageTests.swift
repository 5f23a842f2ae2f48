import CAASProtocol
import Chat
import Testing

@Suite("Storage: edits and deletions") struct MessageChangeStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `an edit takes an offset and keeps the seq`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            var new = NewMessage.sample("m1")
            new.body = .full
            try storage.append(new, to: &room)
            try storage.append(.sample("m2"), to: &room)
            var message = try #require(try storage.read { try $0.message(in: room, seq: 1) })
            var expected = message
            expected.message.offset = 3
            expected.message.body.content = "better"
            expected.message.editVersion = 2
            expected.message.editedAt = 5
            let offset = try storage.write {
                try $0.edit(&message, in: &room, content: "better", editedAt: 5)
            }
            #expect(offset == 3 && room.lastOffset == 3 && room.lastSeq == 2)
            #expect(message == expected)
            #expect(try storage.read { try $0.message(in: room, seq: 1) } == expected)
            #expect(try storage.append(new, to: &room) == .duplicate(expected))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a deletion leaves a tombstone without body and hash`(
        _ subject: StorageUnderTest
    ) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            var new = NewMessage.sample("m1")
            new.body = .full
            try storage.append(new, to: &room)
            var message = try #require(try storage.read { try $0.message(in: room, seq: 1) })
            let tombstone = Message.Tombstone(deletedAt: 9, deletedBy: bob, reason: "spam")
            var expected = message
            expected.message.offset = 2
            expected.message.body = MessageBody()
            expected.message.tombstone = tombstone
            expected.contentHash = nil
            #expect(try storage.write { try $0.delete(&message, in: &room, tombstone: tombstone) } == 2)
            #expect(message == expected && room.lastOffset == 2 && room.lastSeq == 1)
            #expect(try storage.read { try $0.message(in: room, seq: 1) } == expected)
            #expect(try storage.append(new, to: &room) == .duplicate(expected))
            #expect(expected.createdOffset == 1)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a tombstone and an unknown message are not changed`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            try storage.append(.sample("m1"), to: &room)
            var message = try #require(try storage.read { try $0.message(in: room, seq: 1) })
            let tombstone = Message.Tombstone(deletedAt: 9, deletedBy: bob)
            _ = try storage.write { try $0.delete(&message, in: &room, tombstone: tombstone) }
            let before = message
            var unknown = message
            unknown.message.seq = 2
            for target in [message, unknown] {
                var target = target
                #expect(throws: StorageError.self) {
                    try storage.write { try $0.edit(&target, in: &room, content: "back", editedAt: 1) }
                }
                #expect(throws: StorageError.self) {
                    try storage.write { try $0.delete(&target, in: &room, tombstone: tombstone) }
                }
            }
            #expect(try storage.read { try $0.messages(in: room, .latest, limit: 9) } == [before])
            #expect(try storage.conversation(room.key)?.lastOffset == 2)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `history goes both ways from exclusive cursors, always ascending`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            var other = try storage.make(.sample("other"))
            for place in 1...10 {
                try storage.append(.sample("m\(place)"), to: &room)
                try storage.append(.sample("m\(place)"), to: &other)
            }
            func seqs(_ position: MessageHistory.Position, _ limit: Int) throws -> [Int64] {
                try storage.read { try $0.messages(in: room, position, limit: limit).map(\.message.seq) }
            }
            #expect(try seqs(.latest, 3) == [8, 9, 10])
            #expect(try seqs(.latest, 100) == Array(1...10))
            #expect(try seqs(.before(seq: 8), 3) == [5, 6, 7])
            #expect(try seqs(.before(seq: 3), 5) == [1, 2])
            #expect(try seqs(.before(seq: 1), 5) == [])
            #expect(try seqs(.before(seq: Int64.max), 2) == [9, 10])
            #expect(try seqs(.before(seq: Int64.min), 2) == [])
            #expect(try seqs(.after(seq: 8), 5) == [9, 10])
            #expect(try seqs(.after(seq: 0), 2) == [1, 2])
            #expect(try seqs(.after(seq: -5), 2) == [1, 2])
            #expect(try seqs(.after(seq: Int64.max), 2) == [])
            #expect(try seqs(.latest, 0) == [])
            #expect(try seqs(.after(seq: 0), -1) == [])
        }
    }
}

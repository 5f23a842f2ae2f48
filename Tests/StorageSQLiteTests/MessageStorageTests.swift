import CAASProtocol
import Chat
import Testing

@Suite("Storage: messages") struct MessageStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `seq and offset of messages count from 1 without gaps`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            for place in 1...5 as ClosedRange<Int64> {
                let result = try storage.append(.sample("m\(place)"), to: &room)
                #expect(result == .stored(seq: place, offset: place))
            }
            #expect(room.lastSeq == 5 && room.lastOffset == 5)
            #expect(try storage.conversation(room.key) == room)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `changes without a row take an offset and no seq`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            #expect(try storage.write { try $0.nextOffset(of: &room) } == 1)
            #expect(try storage.append(.sample("m"), to: &room) == .stored(seq: 1, offset: 2))
            #expect(try storage.write { try $0.nextOffset(of: &room) } == 3)
            let record = try #require(try storage.conversation(room.key))
            #expect(record.lastSeq == 1 && record.lastOffset == 3)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a stale record of the caller does not number anything twice`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let stale = try storage.make(.sample("room"))
            for place in 1...3 as ClosedRange<Int64> {
                var record = stale
                let result = try storage.append(.sample("m\(place)"), to: &record)
                #expect(result == .stored(seq: place, offset: place))
                #expect(record.lastSeq == place)
            }
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a message is read as it was written`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room", handle: UInt64.max - 1))
            var new = NewMessage.sample("m", from: user("d@e|f+g"))
            new.body = .full
            _ = try storage.write { try $0.nextOffset(of: &room) }
            try storage.append(new, to: &room)
            let expected = MessageRecord(
                message: Message(
                    id: MessageID(MessageID.Location(handle: UInt64.max - 1, seq: 1)),
                    conversationID: room.key.conversation,
                    seq: 1,
                    offset: 2,
                    senderID: new.sender,
                    clientID: new.clientID,
                    createdAt: new.createdAt,
                    body: .full
                ),
                createdOffset: 2,
                contentHash: new.contentHash
            )
            #expect(try storage.read { try $0.message(in: room, seq: 1) } == expected)
            #expect(try storage.read { try $0.messages(in: room, .latest, limit: 1) } == [expected])
            #expect(try storage.read { try $0.message(in: room, seq: 2) } == nil)
            #expect(try storage.read { try $0.message(in: room, seq: 0) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `texts that only look alike stay what they are`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            let spellings = ["\u{E9}", "e\u{301}", ""]
            for (place, text) in spellings.enumerated() {
                try storage.append(.sample("m\(place)", from: alice, text), to: &room)
            }
            let read = try storage.read { try $0.messages(in: room, .latest, limit: 3) }
            #expect(read.map { Array($0.message.body.content.utf8) } == spellings.map { Array($0.utf8) })
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `an id is used once by a sender in a conversation`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            var other = try storage.make(.sample("other"))
            try storage.append(.sample("m", from: alice, "first"), to: &room)
            let first = try storage.read { try $0.message(in: room, seq: 1) }
            let again = try storage.append(.sample("m", from: alice, "second"), to: &room)
            #expect(again == .duplicate(try #require(first)))
            #expect(room.lastSeq == 1 && room.lastOffset == 1)
            #expect(try storage.append(.sample("m", from: bob), to: &room) == .stored(seq: 2, offset: 2))
            #expect(try storage.append(.sample("m", from: alice), to: &other) == .stored(seq: 1, offset: 1))
            #expect(try storage.read { try $0.sent(in: room, by: alice, as: frame("m")) } == first)
            #expect(try storage.read { try $0.sent(in: room, by: carol, as: frame("m")) } == nil)
            #expect(try storage.read { try $0.sent(in: room, by: alice, as: frame("n")) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a repeat inside one transaction is a repeat`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            let results = try storage.write { writer throws in
                try (0..<4).map { _ in try writer.append(.sample("m"), to: &room) }
            }
            let first = try #require(try storage.read { try $0.message(in: room, seq: 1) })
            #expect(results == [.stored(seq: 1, offset: 1)] + Array(repeating: .duplicate(first), count: 3))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `an id differs from another in case`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            try storage.append(.sample("m"), to: &room)
            #expect(try storage.append(.sample("M"), to: &room) == .stored(seq: 2, offset: 2))
            #expect(try storage.append(.sample("m", from: user("Alice")), to: &room) == .stored(seq: 3, offset: 3))
            #expect(try storage.conversation(roomKey("Room")) == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `the last ids of a user come from all conversations, oldest first`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var rooms = try ["a", "b", "c"].map { try storage.make(.sample($0)) }
            for place in 0..<10 {
                try storage.append(.sample("m\(place)", from: alice), to: &rooms[place % 3])
                try storage.append(.sample("other\(place)", from: bob), to: &rooms[place % 3])
                try storage.append(.sample("m\(place)", from: alice), to: &rooms[place % 3])
            }
            func last(_ user: UserID, _ limit: Int) throws -> [String] {
                try storage.read { try $0.lastClientIDs(of: userKey(user), limit: limit).map(\.rawValue) }
            }
            #expect(try last(alice, 64) == (0..<10).map { "m\($0)" })
            #expect(try last(alice, 4) == ["m6", "m7", "m8", "m9"])
            #expect(try last(bob, 1) == ["other9"])
            #expect(try last(alice, 0) == [])
            #expect(try last(carol, 64) == [])
        }
    }
}

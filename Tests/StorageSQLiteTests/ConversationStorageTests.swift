import CAASProtocol
import Chat
import Testing

@Suite("Storage: conversations") struct ConversationStorageTests {
    @Test(arguments: StorageUnderTest.available, ConversationKind.allCases)
    func `a conversation is found by key and by handle`(_ subject: StorageUnderTest, kind: ConversationKind) throws {
        try subject.run { storage throws in
            var new = NewConversation.sample("room", handle: UInt64.max, kind: kind)
            new.visibility = .public
            let record = try storage.make(new)
            #expect(record.kind == kind && record.visibility == .public)
            #expect(record.name == new.name && record.metadata == new.metadata && record.createdAt == new.createdAt)
            #expect(record.lastSeq == 0 && record.lastOffset == 0 && record.memberCount == 0 && record.ownerCount == 0)
            #expect(try storage.conversation(new.key) == record)
            #expect(try storage.read { try $0.conversation(handle: UInt64.max, of: acme) } == record)
            #expect(try storage.read { try $0.conversation(handle: 1, of: acme) } == nil)
            #expect(try storage.conversation(roomKey("elsewhere")) == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `another tenant's handle finds nothing`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let ours = try storage.make(.sample("room", handle: 1))
            var new = NewConversation.sample("room", handle: 2)
            new.key = roomKey("room", of: tenant("globex"))
            let theirs = try storage.make(new)
            try storage.read { reader throws in
                #expect(try reader.conversation(handle: 1, of: acme) == ours)
                #expect(try reader.conversation(handle: 2, of: acme) == nil)
                #expect(try reader.conversation(handle: 1, of: tenant("globex")) == nil)
                #expect(try reader.conversation(handle: 2, of: tenant("globex")) == theirs)
                #expect(try reader.conversation(handle: 1, of: tenant("nobody")) == nil)
            }
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `name and metadata may be absent`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var new = NewConversation.sample("room")
            new.name = nil
            new.metadata = nil
            #expect(try storage.make(new).name == nil)
            let record = try #require(try storage.conversation(new.key))
            #expect(record.name == nil && record.metadata == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `settings are changed, and those of a transaction that failed are not`(_ subject: StorageUnderTest) throws {
        struct Abandoned: Error {}
        try subject.run { storage throws in
            var record = try storage.make(.sample("room"))
            try storage.write { store in
                _ = try store.append(.sample("m1"), to: &record)
                record.name = "Crew"
                record.metadata = nil
                record.visibility = .public
                try store.putSettings(of: &record)
                #expect(try store.conversation(record.key) == record)
            }
            #expect(record.lastSeq == 1 && record.name == "Crew")
            #expect(try storage.conversation(record.key) == record)
            #expect(throws: Abandoned.self) {
                try storage.write { store in
                    var lost = record
                    lost.name = "Lost"
                    try store.putSettings(of: &lost)
                    throw Abandoned()
                }
            }
            #expect(try storage.conversation(record.key) == record)
            #expect(try storage.write { try $0.conversation(record.key) } == record)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a key is taken once`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let record = try storage.make(.sample("room"))
            #expect(try storage.write { try $0.insert(.sample("room", createdBy: alice)) } == nil)
            #expect(try storage.conversation(record.key) == record)
            #expect(try storage.read { try $0.user(userKey(alice)) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a handle that is taken fails`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.make(.sample("room", handle: 5))
            #expect(throws: StorageError.self) { try storage.make(.sample("other", handle: 5)) }
            #expect(try storage.conversation(roomKey("other")) == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `the frame that made a conversation finds it again`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let made = try storage.make(.sample("room", createdBy: alice, createdByFrame: frame("f1")))
            try storage.make(.sample("other", createdBy: alice))
            let found = try #require(try storage.read { try $0.created(by: userKey(alice), frame: frame("f1")) })
            #expect(found.record == made && found.requestHash == Array("f1".utf8))
            #expect(try storage.read { try $0.created(by: userKey(alice), frame: frame("f2")) } == nil)
            #expect(try storage.read { try $0.created(by: userKey(bob), frame: frame("f1")) } == nil)
            #expect(throws: StorageError.self) {
                try storage.make(.sample("third", createdBy: alice, createdByFrame: frame("f1")))
            }
            #expect(try storage.conversation(roomKey("third")) == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a direct conversation is found by its two users in either order`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.make(.sample("group"), [.sample(alice), .sample(bob)])
            let direct = try storage.make(.sample("d", kind: .direct), [.sample(bob), .sample(alice)])
            #expect(try storage.read { try $0.directConversation(tenant: acme, alice, bob) } == direct)
            #expect(try storage.read { try $0.directConversation(tenant: acme, bob, alice) } == direct)
            #expect(try storage.read { try $0.directConversation(tenant: acme, alice, carol) } == nil)
            #expect(try storage.read { try $0.directConversation(tenant: acme, alice, alice) } == nil)
            #expect(throws: StorageError.self) {
                try storage.make(.sample("e", kind: .direct), [.sample(alice), .sample(bob)])
            }
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a user's name and picture are replaced, not forgotten`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            func put(_ name: String?, _ avatarURL: String?) throws -> UserRecord? {
                try storage.write { try $0.put(UserRecord(key: userKey(alice), name: name, avatarURL: avatarURL)) }
                return try storage.read { try $0.user(userKey(alice)) }
            }
            #expect(try storage.read { try $0.user(userKey(alice)) } == nil)
            #expect(try put(nil, nil) == UserRecord(key: userKey(alice), name: nil, avatarURL: nil))
            #expect(try put("Al", nil) == UserRecord(key: userKey(alice), name: "Al", avatarURL: nil))
            #expect(try put(nil, "u") == UserRecord(key: userKey(alice), name: "Al", avatarURL: "u"))
            #expect(try put("Alice", nil) == UserRecord(key: userKey(alice), name: "Alice", avatarURL: "u"))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `equal ids of two tenants never meet`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let tenants = [acme, tenant("other")]
            let rooms = try tenants.map { name in
                var room = try storage.make(
                    .sample("room", of: name, createdBy: alice, createdByFrame: frame("f")),
                    [.sample(alice, .owner)]
                )
                try storage.make(.sample("d", of: name, kind: .direct), [.sample(alice), .sample(bob)])
                #expect(
                    try storage.append(.sample("m", from: alice, name.rawValue), to: &room)
                        == .stored(seq: 1, offset: 1)
                )
                try storage.write {
                    try $0.put(UserRecord(key: userKey(alice, of: name), name: name.rawValue, avatarURL: nil))
                }
                return room
            }
            try storage.write { writer throws in
                var room = rooms[1]
                try writer.removeMember(alice, from: &room)
            }
            for (name, room) in zip(tenants, rooms) {
                try storage.read { reader throws in
                    #expect(try reader.conversation(roomKey("room", of: name))?.number == room.number)
                    #expect(
                        try reader.created(by: userKey(alice, of: name), frame: frame("f"))?.record.number
                            == room.number
                    )
                    #expect(try reader.directConversation(tenant: name, alice, bob)?.key.tenant == name)
                    #expect(try reader.user(userKey(alice, of: name))?.name == name.rawValue)
                    #expect(try reader.lastClientIDs(of: userKey(alice, of: name), limit: 9) == [frame("m")])
                    let message = try reader.sent(in: room, by: alice, as: frame("m"))
                    #expect(message?.message.body.content == name.rawValue)
                    let list = try reader.conversations(of: userKey(alice, of: name), after: nil, limit: 9)
                    #expect(list.allSatisfy { $0.conversation.key.tenant == name })
                    #expect(list.count == (name == acme ? 2 : 1))
                    #expect(try reader.inboxConversations(of: userKey(alice, of: name)).count == list.count)
                    #expect(try reader.member(of: room, alice) == (name == acme ? .sample(alice, .owner) : nil))
                }
            }
            let stranger = tenant("third")
            try storage.read { reader throws in
                #expect(try reader.conversation(roomKey("room", of: stranger)) == nil)
                #expect(try reader.user(userKey(alice, of: stranger)) == nil)
                #expect(try reader.conversations(of: userKey(alice, of: stranger), after: nil, limit: 9) == [])
                #expect(try reader.directConversation(tenant: stranger, alice, bob) == nil)
                #expect(try reader.lastClientIDs(of: userKey(alice, of: stranger), limit: 9) == [])
            }
        }
    }
}

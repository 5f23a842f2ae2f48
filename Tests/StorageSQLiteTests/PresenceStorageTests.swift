import CAASProtocol
import Chat
import Testing

@Suite("Storage: presence") struct PresenceStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `what a user has said and when it was seen are kept apart`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            func stored() throws -> PresenceRecord? { try storage.read { try $0.presence(of: userKey(alice)) } }
            #expect(try stored() == nil)
            var record = PresenceRecord(choice: .busy, message: "é \u{1F600}", messageUntil: 9)
            try storage.write { try $0.put(record, of: userKey(alice)) }
            #expect(try stored() == record)
            try storage.write { try $0.putLastSeen(5, of: userKey(alice)) }
            record.lastSeen = 5
            #expect(try stored() == record)
            for hides in [true, false] {
                record.hidesLastSeen = hides
                try storage.write { try $0.put(record, of: userKey(alice)) }
                #expect(try stored() == record)
            }
            for choice in [PresenceRecord.Choice.away, .invisible, nil] {
                try storage.write { try $0.put(PresenceRecord(choice: choice), of: userKey(alice)) }
                #expect(try stored() == PresenceRecord(choice: choice, lastSeen: 5))
            }
            #expect(try storage.read { try $0.presence(of: userKey(alice, of: tenant("other"))) } == nil)
            #expect(try storage.read { try $0.presence(of: userKey(bob)) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a removed user leaves none, and one that there is not has none`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.write { store in
                try store.put(PresenceRecord(message: "secret"), of: userKey(alice))
                try store.putLastSeen(5, of: userKey(alice))
                #expect(try store.presence(of: userKey(alice))?.lastSeen == 5)
                try store.removeUser(userKey(alice))
                try store.putLastSeen(6, of: userKey(alice))
                try store.putLastSeen(6, of: userKey(bob))
                #expect(try store.user(userKey(bob)) == nil)
            }
            for user in [alice, bob] { #expect(try storage.read { try $0.presence(of: userKey(user)) } == nil) }
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `partners are the other sides of direct conversations`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            func partners(_ user: UserID) throws -> Set<UserID> {
                try Set(storage.read { try $0.directPartners(of: userKey(user)) })
            }
            #expect(try partners(alice) == [])
            var first = try storage.make(.sample("ab", kind: .direct), [.sample(alice), .sample(bob)])
            let second = try storage.make(.sample("ca", kind: .direct), [.sample(carol), .sample(alice)])
            try storage.make(.sample("room"), [.sample(alice), .sample(user("dave"))])
            try storage.make(.sample("ax", of: tenant("other"), kind: .direct), [.sample(alice), .sample(user("x"))])
            #expect(try partners(alice) == [bob, carol])
            #expect(try partners(bob) == [alice])
            try storage.write { try $0.removeMember(bob, from: &first) }
            #expect(try partners(alice) == [carol])
            #expect(try partners(bob) == [])
            try storage.write { try $0.remove(second) }
            #expect(try partners(alice) == [])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `two users share what both are members of, but for channels`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            func shares(_ one: UserID, _ other: UserID) throws -> Bool {
                let (there, back) = try storage.read {
                    (
                        try $0.sharesConversation(userKey(one), with: other),
                        try $0.sharesConversation(userKey(other), with: one)
                    )
                }
                #expect(there == back)
                return there
            }
            #expect(try !shares(alice, bob))
            try storage.make(.sample("news", kind: .channel), [.sample(alice), .sample(bob)])
            try storage.make(.sample("mine"), [.sample(alice), .banned(bob)])
            try storage.make(.sample("other", of: tenant("other")), [.sample(alice), .sample(bob)])
            #expect(try !shares(alice, bob))
            var room = try storage.make(.sample("room"), [.sample(alice), .sample(bob), .sample(carol)])
            let direct = try storage.make(.sample("direct", kind: .direct), [.sample(alice), .sample(carol)])
            #expect(try shares(alice, bob))
            #expect(try storage.read { try $0.conversationCount(of: userKey(alice)) } == 4)
            #expect(try storage.read { try $0.conversationCount(of: userKey(user("nobody"))) } == 0)
            try storage.write { try $0.put(.banned(bob), in: &room) }
            #expect(try !shares(alice, bob))
            #expect(try shares(alice, carol))
            try storage.write { try $0.remove(room) }
            #expect(try shares(alice, carol))
            #expect(try !shares(bob, carol))
            try storage.write { try $0.remove(direct) }
            #expect(try !shares(alice, carol))
        }
    }
}

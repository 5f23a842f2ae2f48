import CAASProtocol
import Chat
import StorageSQLite
import Testing

@Suite("Storage: blocks, R77") struct BlockStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `a block is one way, of one tenant, and stands until it is taken back`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            func blocks(_ blocker: UserID, _ user: UserID, of name: String = "acme") throws -> Bool {
                try storage.read { try $0.isBlocked(user, by: userKey(blocker, of: tenant(name))) }
            }
            #expect(try !blocks(alice, bob))
            for time in [Int64(5), 6] { try storage.write { try $0.block(bob, by: userKey(alice), at: time) } }
            try storage.write { try $0.block(carol, by: userKey(alice), at: 7) }
            #expect(try blocks(alice, bob) && blocks(alice, carol))
            #expect(try !blocks(bob, alice) && !blocks(alice, alice) && !blocks(alice, bob, of: "other"))
            #expect(try storage.read { try $0.blockCount(of: userKey(alice)) } == 2)
            #expect(try storage.read { try $0.blockCount(of: userKey(bob)) } == 0)
            for _ in 0..<2 { try storage.write { try $0.unblock(bob, by: userKey(alice)) } }
            #expect(try !blocks(alice, bob) && blocks(alice, carol))
            #expect(try storage.read { try $0.blockCount(of: userKey(alice)) } == 1)
            // Both are users from having been named.
            for user in [alice, bob] { #expect(try storage.read { try $0.user(userKey(user)) } != nil) }
        }
    }

    @Test(arguments: StorageUnderTest.available, [alice, bob])
    func `it goes with either of the two`(_ subject: StorageUnderTest, removed: UserID) throws {
        try subject.run { storage throws in
            try storage.write { store in
                try store.block(bob, by: userKey(alice), at: 1)
                try store.block(carol, by: userKey(alice), at: 1)
                try store.block(bob, by: userKey(carol), at: 1)
                try store.block(bob, by: userKey(alice, of: tenant("other")), at: 1)
                try store.removeUser(userKey(removed))
                #expect(try !store.isBlocked(bob, by: userKey(alice)))
                #expect(try store.isBlocked(carol, by: userKey(alice)) == (removed == bob))
                #expect(try store.isBlocked(bob, by: userKey(carol)) == (removed == alice))
            }
            #expect(try storage.read { try $0.isBlocked(bob, by: userKey(alice, of: tenant("other"))) })
            // Whoever takes the name is somebody else.
            try storage.write { try $0.put(UserRecord(key: userKey(removed), name: "New", avatarURL: nil)) }
            #expect(try storage.read { try !$0.isBlocked(bob, by: userKey(alice)) })
        }
    }

    @Test func `it is there after opening again`() throws {
        let directory = try TemporaryDirectory()
        let storage = try SQLiteStorage(directory: directory.path)
        let hidden = MemberRecord(user: alice, standing: .member(.owner), joinedAt: 1, isHidden: true)
        let direct = try storage.make(.sample("d", kind: .direct), [hidden, .sample(bob, .owner)])
        try storage.write { try $0.block(bob, by: userKey(alice), at: 1) }
        try storage.close()
        let again = try SQLiteStorage(directory: directory.path)
        try again.read { reader throws in
            #expect(try reader.isBlocked(bob, by: userKey(alice)))
            #expect(try reader.member(of: direct, alice) == hidden)
            #expect(try reader.conversations(of: userKey(alice), after: nil, limit: 9).isEmpty)
        }
        try again.close()
    }

    @Test(arguments: StorageUnderTest.available)
    func `what is hidden from a member is in none of its lists, and comes back to its place`(
        _ subject: StorageUnderTest
    ) throws {
        try subject.run { storage throws in
            func lists(_ user: UserID) throws -> [[String]] {
                try storage.read { reader in
                    let key = userKey(user)
                    let pages = try stride(from: 0, to: 3, by: 1).reduce(into: [Membership]()) { found, _ in
                        found += try reader.conversations(of: key, after: found.last?.cursor, limit: 1)
                    }
                    return [
                        pages.map(\.conversation.key.conversation.rawValue),
                        try reader.inboxConversations(of: key).map(\.conversation.rawValue),
                        try reader.directPartners(of: key).map(\.rawValue).sorted(),
                        try reader.memberships(of: key, limit: 9).map(\.conversation.key.conversation.rawValue),
                    ]
                }
            }
            try storage.make(.sample("first"), [.sample(alice)])
            var direct = try storage.make(.sample("direct", kind: .direct), [.sample(alice), .sample(bob)])
            try storage.make(.sample("last"), [.sample(alice)])
            let all = ["last", "direct", "first"]
            #expect(try lists(alice) == [all, all, ["bob"], all])
            var member = MemberRecord.sample(alice)
            for hides in [true, false, true] {
                member.isHidden = hides
                try storage.write { try $0.put(member, in: &direct) }
                #expect(try storage.read { try $0.member(of: direct, alice) } == member)
                let seen = hides ? ["last", "first"] : all
                #expect(try lists(alice) == [seen, seen, hides ? [] : ["bob"], all])
                #expect(try lists(bob) == [["direct"], ["direct"], ["alice"], ["direct"]])
                #expect(try storage.read { try $0.members(of: direct, after: nil, limit: 9) }.count == 2)
                #expect(try storage.read { try $0.directConversation(tenant: acme, bob, alice) } == direct)
            }
            #expect(try storage.read { try $0.memberships(of: userKey(alice), limit: 1) }.count == 1)
        }
    }
}

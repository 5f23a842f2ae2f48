import CAASProtocol
import Chat
import Testing

@Suite("Storage: members") struct MemberStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `members and owners are counted through every change of standing`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var room = try storage.make(.sample("room"))
            func counts(_ members: Int, _ owners: Int) throws -> Bool {
                let stored = try storage.conversation(room.key)
                return stored == room && room.memberCount == members && room.ownerCount == owners
            }
            let steps: [(MemberRecord, Int, Int)] = [
                (.sample(alice, .owner), 1, 1), (.sample(alice, .owner), 1, 1), (.sample(bob), 2, 1),
                (.sample(bob, .owner), 2, 2), (.sample(alice, .readonly), 2, 1), (.banned(bob), 1, 0),
                (.banned(bob, until: 5), 1, 0), (.banned(carol), 1, 0), (.sample(bob, .moderator), 2, 0),
            ]
            for (member, members, owners) in steps {
                try storage.write { try $0.put(member, in: &room) }
                #expect(try counts(members, owners), "after \(member)")
                #expect(try storage.read { try $0.member(of: room, member.user) } == member)
            }
            for (user, members) in [(alice, 1), (carol, 1), (bob, 0), (bob, 0)] {
                try storage.write { try $0.removeMember(user, from: &room) }
                #expect(try counts(members, 0))
                #expect(try storage.read { try $0.member(of: room, user) } == nil)
            }
            #expect(room.lastOffset == 0)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `members are listed in the order of their ids' bytes, without the banned`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let names = ["b", "B", "a", "a1", "_", "@x", "10", "9", "a.b", "Z"]
            let ordered = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let room = try storage.make(
                .sample("room"),
                names.map { .sample(user($0)) } + [.banned(user("banned")), .banned(user("0"))]
            )
            try storage.make(.sample("other"), [.sample(user("a0"))])
            func list(_ cursor: String?, _ limit: Int) throws -> [String] {
                try storage.read {
                    try $0.members(of: room, after: cursor.map(user), limit: limit).map(\.user.rawValue)
                }
            }
            #expect(try list(nil, 100) == ordered)
            #expect(try list(nil, 3) == Array(ordered[..<3]))
            #expect(try list(ordered[2], 3) == Array(ordered[3..<6]))
            #expect(try list("a0", 100) == ordered.filter { "a0".utf8.lexicographicallyPrecedes($0.utf8) })
            #expect(try list(ordered.last, 3) == [])
            #expect(try list(nil, 0) == [])
            #expect(try Set(storage.read { try $0.memberIDs(of: room) }) == Set(names.map(user)))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a user's conversations come with the latest joined first`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let kinds: [ConversationKind] = [.group, .channel, .direct, .group, .channel]
            for (place, kind) in kinds.enumerated() {
                let members: [MemberRecord] = [.sample(bob, .owner), .sample(alice, joinedAt: Int64(100 - place))]
                try storage.make(.sample("room\(place)", kind: kind), members)
            }
            try storage.make(.sample("none"), [.sample(bob), .banned(alice)])
            func page(_ cursor: Int64?, _ limit: Int) throws -> [Membership] {
                try storage.read { try $0.conversations(of: userKey(alice), after: cursor, limit: limit) }
            }
            func rooms(_ list: [Membership]) -> [String] { list.map(\.conversation.key.conversation.rawValue) }

            let all = try page(nil, 100)
            #expect(rooms(all) == ["room4", "room3", "room2", "room1", "room0"])
            #expect(all.map(\.peer) == [nil, nil, bob, nil, nil])
            #expect(all.map(\.member) == (0..<5).reversed().map { .sample(alice, joinedAt: Int64(100 - $0)) })
            #expect(
                try all.map(\.conversation) == all.map { try #require(try storage.conversation($0.conversation.key)) }
            )
            let first = try page(nil, 2)
            #expect(first == Array(all[..<2]))
            #expect(try page(first[1].cursor, 2) == Array(all[2..<4]))
            #expect(try page(all[4].cursor, 2) == [])
            #expect(
                try storage.read { try $0.inboxConversations(of: userKey(alice)) }.map(\.conversation.rawValue).sorted()
                    == ["room0", "room2", "room3"]
            )
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a new role keeps the place in the list, joining again takes the first`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var rooms = try (0..<3).map { try storage.make(.sample("room\($0)"), [.sample(alice)]) }
            func list() throws -> [String] {
                try storage.read {
                    try $0.conversations(of: userKey(alice), after: nil, limit: 9).map(
                        \.conversation.key.conversation.rawValue
                    )
                }
            }
            try storage.write { try $0.put(.sample(alice, .owner), in: &rooms[0]) }
            #expect(try list() == ["room2", "room1", "room0"])
            try storage.write { writer throws in
                try writer.put(.banned(alice), in: &rooms[0])
                try writer.put(.sample(alice), in: &rooms[0])
            }
            #expect(try list() == ["room0", "room2", "room1"])
            try storage.write { try $0.removeMember(alice, from: &rooms[2]) }
            #expect(try list() == ["room0", "room1"])
            try storage.write { try $0.put(.sample(alice), in: &rooms[2]) }
            #expect(try list() == ["room2", "room0", "room1"])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a list tells nothing about other users' memberships`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            for place in 0..<5 { try storage.make(.sample("room\(place)"), [.sample(bob)]) }
            try storage.make(.sample("mine"), [.sample(alice)])
            let list = try storage.read { try $0.conversations(of: userKey(alice), after: nil, limit: 9) }
            #expect(list.map(\.cursor) == [1])
        }
    }
}

import CAASProtocol
import Chat
import Testing

@Suite("Storage: calls, R39–R48") struct CallStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `a call is found as it was stored, under its tenant alone`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let ringing = CallRecord.sample("c1")
            var ended = CallRecord.sample("c2", startedAt: 9)
            ended.hasRung = true
            ended.isSilent = true
            ended.calleeDevice = "naïve \u{1F511}"
            ended.answeredAt = 12
            ended.end = CallRecord.End(reason: .hangup, by: bob, at: 40, duration: 28)
            ended.seenAt = 35
            ended.callerTold = true
            try storage.write { writer throws in
                #expect(try writer.insert(ringing))
                #expect(try writer.insert(ended))
                #expect(try writer.call(ended.key) == ended)
            }
            #expect(try storage.read { try $0.call(ringing.key) } == ringing)
            #expect(try storage.read { try $0.call(ended.key) } == ended)
            #expect(try storage.read { try $0.call(CallRecord.sample("c1", of: tenant("other")).key) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `an id is taken once for each tenant`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.write { writer throws in
                #expect(try writer.insert(.sample("c1")))
                #expect(try !writer.insert(.sample("c1", startedAt: 99)))
                #expect(try writer.insert(.sample("c1", of: tenant("other"))))
            }
            #expect(try storage.read { try $0.call(CallRecord.sample("c1").key) } == .sample("c1"))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `of two who change the same version one does`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            _ = try storage.write { try $0.insert(.sample("c1")) }
            var answered = CallRecord.sample("c1")
            answered.answeredAt = 5
            answered.calleeDevice = "phone"
            answered.isSilent = true
            var cancelled = CallRecord.sample("c1")
            cancelled.end = CallRecord.End(reason: .cancelled, by: alice, at: 6, duration: 0)
            try storage.write { writer throws in
                #expect(try writer.change(&answered))
                #expect(try !writer.change(&cancelled))
            }
            #expect(answered.version == 2 && cancelled.version == 1)
            #expect(try storage.read { try $0.call(answered.key) } == answered)
            var unknown = CallRecord.sample("c2")
            #expect(try storage.write { try !$0.change(&unknown) })
            #expect(try storage.read { try $0.call(unknown.key) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `calls that go on are listed by age, and their leases are renewed together`(_ subject: StorageUnderTest) throws
    {
        try subject.run { storage throws in
            let calls: [CallRecord] = [
                .sample("c3", startedAt: 7), .sample("c2", startedAt: 9),
                .sample("c1", of: tenant("other"), startedAt: 7),
                .sample("c4", startedAt: 1, isOver: true),
            ]
            try storage.write { writer throws in for call in calls { _ = try writer.insert(call) } }
            #expect(try storage.read { try $0.liveCalls() }.map(\.key.call.rawValue) == ["c1", "c3", "c2"])
            try storage.write { try $0.vouchForCalls(at: 50) }
            let live = try storage.read { try $0.liveCalls() }
            #expect(live.map(\.seenAt) == [50, 50, 50] && live.map(\.version) == [1, 1, 1])
            #expect(try storage.read { try $0.call(calls[3].key) }?.seenAt == 1)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `an end is untold until both know of it`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let call = CallRecord.sample("c1", isOver: true)
            func untold() throws -> [CallID] { try storage.read { try $0.untoldCalls() }.map(\.key.call) }
            try storage.write { writer throws in
                _ = try writer.insert(call)
                _ = try writer.insert(.sample("c2"))
            }
            #expect(try untold() == [call.key.call])
            try storage.write { try $0.noteTold([carol, alice], of: call.key) }
            #expect(try untold() == [call.key.call])
            let half = try storage.read { try $0.call(call.key) }
            #expect(half?.callerTold == true && half?.calleeTold == false && half?.version == 1)
            try storage.write { try $0.noteTold([bob], of: call.key) }
            #expect(try untold() == [])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `nothing is left to tell a user who is removed, and what others are to be told stays`(
        _ subject: StorageUnderTest
    ) throws {
        try subject.run { storage throws in
            let (over, live) = (CallRecord.sample("c1", isOver: true), CallRecord.sample("c2"))
            let elsewhere = CallRecord.sample("c1", of: tenant("other"), isOver: true)
            try storage.write { writer throws in
                for call in [over, live, elsewhere] { _ = try writer.insert(call) }
                try writer.put(UserRecord(key: userKey(bob), name: nil, avatarURL: nil))
                try writer.removeUser(userKey(bob))
            }
            let half = try storage.read { try $0.call(over.key) }
            #expect(half?.callerTold == false && half?.calleeTold == true && half?.version == 1)
            #expect(try storage.read { try $0.call(live.key) } == live)
            #expect(try storage.read { try $0.call(elsewhere.key) } == elsewhere)
            try storage.write { try $0.removeUser(userKey(alice)) }
            #expect(try storage.read { try $0.untoldCalls() }.map(\.key) == [elsewhere.key])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `old calls are forgotten a few at a time, those that go on never`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            try storage.write { writer throws in
                for number in 1...5 { _ = try writer.insert(.sample("c\(number)", isOver: true)) }
                _ = try writer.insert(.sample("live"))
            }
            func left() throws -> Int {
                try storage.read { store throws in
                    try (1...5).filter { try store.call(CallRecord.sample("c\($0)").key) != nil }.count
                }
            }
            try storage.write { try $0.forgetCalls(endedBefore: 2, limit: 10) }
            #expect(try left() == 5)
            try storage.write { try $0.forgetCalls(endedBefore: 3, limit: 2) }
            #expect(try left() == 3)
            try storage.write { try $0.forgetCalls(endedBefore: 3, limit: 10) }
            #expect(try left() == 0)
            #expect(try storage.read { try $0.liveCalls() }.count == 1)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `two share a conversation while both are members of it, and it is no channel`(
        _ subject: StorageUnderTest
    ) throws {
        try subject.run { storage throws in
            func share(_ other: UserID, of tenant: TenantID = acme) throws -> Bool {
                try storage.read { try $0.shareConversation(tenant: tenant, alice, other) }
            }
            #expect(try !share(bob))
            try storage.make(.sample("channel", kind: .channel), [.sample(alice), .sample(bob)])
            try storage.make(.sample("banned"), [.sample(alice), .banned(bob)])
            try storage.make(.sample("theirs", of: tenant("other")), [.sample(alice), .sample(bob)])
            #expect(try !share(bob))
            #expect(try share(bob, of: tenant("other")))
            var group = try storage.make(.sample("group"), [.sample(alice), .sample(bob), .sample(carol)])
            #expect(try share(bob) && share(carol))
            try storage.write { try $0.removeMember(bob, from: &group) }
            #expect(try !share(bob))
            try storage.write { try $0.remove(group) }
            #expect(try !share(carol))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a transaction that fails leaves calls as they were`(_ subject: StorageUnderTest) throws {
        struct Refused: Error {}
        try subject.run { storage throws in
            let call = CallRecord.sample("c1")
            _ = try storage.write { try $0.insert(call) }
            #expect(throws: Refused.self) {
                try storage.write { writer throws in
                    var changed = call
                    changed.answeredAt = 5
                    _ = try writer.change(&changed)
                    _ = try writer.insert(.sample("c2"))
                    throw Refused()
                }
            }
            #expect(try storage.read { try $0.liveCalls() } == [call])
        }
    }
}

extension CallRecord {
    static func sample(
        _ id: String,
        of tenant: TenantID = acme,
        startedAt: Int64 = 1,
        isOver: Bool = false
    ) -> CallRecord {
        guard let call = CallID(id), let room = ConversationID("room") else { preconditionFailure("no ids") }
        var record = CallRecord(
            key: CallKey(tenant: tenant, call: call),
            conversation: room,
            caller: alice,
            callee: bob,
            type: .video,
            callerDevice: "laptop",
            startedAt: startedAt,
            ringsUntil: startedAt + 45_000
        )
        if isOver { record.end = End(reason: .missed, by: nil, at: startedAt + 1, duration: 0) }
        return record
    }
}

import CAASProtocol
import Chat
import Testing

@Suite("Storage: files, R53") struct FileStorageTests {
    private func file(
        in conversation: ConversationRecord,
        of owner: UserID = alice,
        size: Int64 = 100,
        expiresAt: Int64 = 1_000,
        name: String = "Größe.png"
    ) -> FileRecord {
        FileRecord(
            id: .random(),
            conversation: conversation.key,
            owner: owner,
            name: name,
            mimeType: "image/png",
            size: size,
            chunkSize: 64,
            sha256: nil,
            createdAt: 7,
            expiresAt: expiresAt
        )
    }

    @Test(arguments: StorageUnderTest.available)
    func `a file is found as it was stored, by its own tenant`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            var plain = file(in: room)
            var full = file(in: room, of: bob, size: 1 << 40, name: "\u{1F600}\\\"")
            full.sha256 = Array(0..<32)
            try storage.write { store throws in
                try store.insert(plain, in: room)
                try store.insert(full, in: room)
                #expect(try store.file(plain.id, of: acme) == plain)
                try store.setReceived(64, of: plain.id)
            }
            plain.received = 64
            #expect(try storage.read { try $0.file(plain.id, of: acme) } == plain)
            #expect(try storage.read { try $0.file(full.id, of: acme) } == full)
            #expect(try storage.read { try $0.file(full.id, of: tenant("other")) } == nil)
            #expect(try storage.read { try $0.file(.random(), of: acme) } == nil)
            try storage.write { store throws in
                try store.complete(plain.id, sha256: Array(repeating: 3, count: 32))
                try store.attach(plain.id, at: 4)
                try store.setReceived(1, of: full.id)
            }
            plain.received = 100
            plain.isComplete = true
            plain.sha256 = Array(repeating: 3, count: 32)
            plain.uses = 1
            plain.lastUse = 4
            #expect(try storage.read { try $0.file(plain.id, of: acme) } == plain)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `bytes count from the announcement until a file is forgotten`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let other = try storage.make(.sample("room", of: tenant("other")), [.sample(alice)])
            let own = file(in: room, size: 5)
            func stored(_ user: UserKey) throws -> [Int64] {
                let bytes = try storage.read { try $0.storedBytes(of: user) }
                return [bytes.user, bytes.tenant]
            }
            #expect(try stored(userKey(alice)) == [0, 0])
            try storage.write { store throws in
                try store.insert(own, in: room)
                try store.insert(file(in: room, of: bob, size: 7), in: room)
                try store.insert(file(in: other, size: 11), in: other)
            }
            #expect(try stored(userKey(alice)) == [5, 12])
            #expect(try stored(userKey(carol)) == [0, 12])
            #expect(try stored(userKey(alice, of: tenant("other"))) == [11, 11])
            try storage.write { try $0.removeFile(own.id) }
            #expect(try stored(userKey(alice)) == [5, 12])
            try storage.write { try $0.forget([own.id, .random()]) }
            #expect(try stored(userKey(alice)) == [0, 7])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `what is removed or late remains until it is forgotten`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let files = (0..<5).map { file(in: room, expiresAt: 1_000 + Int64($0)) }
            try storage.write { store throws in
                for file in files { try store.insert(file, in: room) }
                try store.complete(files[0].id, sha256: [])
                try store.removeFile(files[4].id)
            }
            func remains(_ time: Int64, _ limit: Int = 10) throws -> Set<FileID> {
                Set(try storage.read { try $0.remains(at: time, limit: limit) })
            }
            #expect(try remains(1_000) == [files[4].id])
            #expect(try remains(1_002) == [files[1].id, files[2].id, files[4].id])
            #expect(try remains(1_002, 2).count == 2)
            #expect(try storage.read { try $0.file(files[4].id, of: acme) } == nil)
            #expect(try storage.read { try $0.unfinishedFiles(of: userKey(alice)) } == 3)
            try storage.write { try $0.forget(Array(remains(1_002))) }
            #expect(try remains(1_002) == [])
            #expect(try storage.read { try $0.file(files[1].id, of: acme) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a file goes with the last message that has it`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let file = file(in: room)
            try storage.write { store throws in
                try store.insert(file, in: room)
                try store.complete(file.id, sha256: [1])
                try store.attach(file.id, at: 1)
                try store.attach(file.id, at: 2)
                try store.detach(file.id)
                #expect(try store.file(file.id, of: acme)?.uses == 1)
                try store.detach(file.id)
                #expect(try store.file(file.id, of: acme) == nil)
            }
            #expect(try storage.read { try $0.remains(at: 0, limit: 9) } == [file.id])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `files go with their conversation, unfinished ones with their user`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let other = try storage.make(.sample("other"), [.sample(alice)])
            let gone = (0..<5).map { _ in file(in: room) }
            let kept = file(in: other)
            let begun = file(in: other, of: bob)
            try storage.write { store throws in
                for file in gone { try store.insert(file, in: room) }
                for file in [kept, begun] { try store.insert(file, in: other) }
                try store.complete(gone[0].id, sha256: [1])
                try store.complete(kept.id, sha256: [1])
                try store.removeUnfinishedFiles(of: userKey(bob))
                try store.remove(room)
            }
            #expect(try storage.read { try $0.file(gone[0].id, of: acme) } == nil)
            while try storage.write({ try $0.eraseRemoved(limit: 2) }) {}
            #expect(Set(try storage.read { try $0.remains(at: 0, limit: 99) }) == Set(gone.map(\.id) + [begun.id]))
            #expect(try storage.read { try $0.file(kept.id, of: acme)?.isComplete } == true)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a transaction that fails leaves no file behind`(_ subject: StorageUnderTest) throws {
        struct Refused: Error {}
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let file = file(in: room)
            #expect(throws: Refused.self) {
                try storage.write { store throws in
                    try store.insert(file, in: room)
                    throw Refused()
                }
            }
            #expect(try storage.read { try $0.file(file.id, of: acme) } == nil)
            #expect(try storage.read { try $0.storedBytes(of: userKey(alice)) } == (0, 0))
        }
    }
}

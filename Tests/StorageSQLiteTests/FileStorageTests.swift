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

    private func remains(of storage: any Storage) throws -> [FileID] {
        try storage.read { try $0.remains(behind: 0, limit: 100) }.map(\.file)
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
    func `what is late is removed, and remains until it is forgotten`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let files = (0..<5).map { file(in: room, expiresAt: 1_000 + Int64($0)) }
            try storage.write { store throws in
                for file in files { try store.insert(file, in: room) }
                try store.complete(files[0].id, sha256: [])
                try store.removeFile(files[4].id)
            }
            func late(_ time: Int64, _ limit: Int = 10) throws -> Set<FileID> {
                Set(try storage.read { try $0.lateFiles(at: time, limit: limit) })
            }
            #expect(try late(1_000) == [])
            #expect(try late(1_002) == [files[1].id, files[2].id])
            #expect(try late(1_004) == Set(files[1...3].map(\.id)))
            #expect(try late(1_002, 1).count == 1)
            #expect(try remains(of: storage) == [files[4].id])
            #expect(try storage.read { try $0.file(files[4].id, of: acme) } == nil)
            #expect(try storage.read { try $0.unfinishedFiles(of: userKey(alice)) } == 3)
            try storage.write { try $0.removeUnfinished(files[0...2].map(\.id) + [.random()]) }
            #expect(try late(1_002) == [])
            #expect(try storage.read { try $0.file(files[1].id, of: acme) } == nil)
            #expect(try remains(of: storage) == [files[1].id, files[2].id, files[4].id])
            try storage.write { try $0.forget(remains(of: storage)) }
            #expect(try remains(of: storage) == [])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `what remains is found piece by piece, in one order`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let files = (0..<7).map { _ in file(in: room) }
            try storage.write { store throws in
                for file in files { try store.insert(file, in: room) }
                for file in files.reversed() where file != files[2] { try store.removeFile(file.id) }
            }
            var found: [FileID] = []
            var place: Int64 = 0
            while let next = try storage.read({ try $0.remains(behind: place, limit: 4) }).first {
                #expect(next.place > place)
                found.append(next.file)
                place = next.place
            }
            #expect(found == files.filter { $0 != files[2] }.map(\.id))
            #expect(try storage.read { try $0.remains(behind: 0, limit: 4) }.map(\.file) == Array(found.prefix(4)))
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `only what is removed is forgotten, and what is removed does not arrive`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let room = try storage.make(.sample("room"), [.sample(alice)])
            let files = (0..<3).map { _ in file(in: room, size: 5) }
            try storage.write { store throws in
                for file in files { try store.insert(file, in: room) }
                try store.complete(files[0].id, sha256: [1])
                try store.removeUnfinished([files[0].id, files[2].id])
                try store.complete(files[2].id, sha256: [1])
                try store.setReceived(3, of: files[2].id)
                #expect(try store.file(files[2].id, of: acme) == nil)
                try store.forget(files.map(\.id))
            }
            #expect(try storage.read { try $0.file(files[0].id, of: acme)?.isComplete } == true)
            #expect(try storage.read { try $0.file(files[1].id, of: acme) } == files[1])
            #expect(try storage.read { try $0.storedBytes(of: userKey(alice)) } == (10, 10))
            #expect(try remains(of: storage) == [])
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
            #expect(try remains(of: storage) == [file.id])
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
            #expect(Set(try remains(of: storage)) == Set(gone.map(\.id) + [begun.id]))
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

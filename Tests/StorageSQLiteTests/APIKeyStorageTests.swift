import CAASProtocol
import Chat
import Testing

@Suite("Storage: API keys, R60") struct APIKeyStorageTests {
    @Test(arguments: StorageUnderTest.available)
    func `a key is found as it was stored`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let plain = APIKeyRecord.sample("0123456789ab")
            let full = APIKeyRecord.sample(
                "bcdefghjkmnp",
                name: "naïve \u{1F511}",
                scopes: [.chatRead, .admin],
                expiresAt: 9
            )
            try storage.write { writer throws in
                #expect(try writer.insert(plain))
                #expect(try writer.insert(full))
                #expect(try writer.apiKey(plain.id) == plain)
            }
            #expect(try storage.read { try $0.apiKey(plain.id) } == plain)
            #expect(try storage.read { try $0.apiKey(full.id) } == full)
            #expect(try storage.read { try $0.apiKey(key("zzzzzzzzzzzz")) } == nil)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `keys are listed by age, then by id`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            #expect(try storage.read { try $0.apiKeys() } == [])
            let keys: [APIKeyRecord] = [
                .sample("222222222222", createdAt: 5), .sample("111111111111", createdAt: 7),
                .sample("999999999999", of: tenant("other"), createdAt: 3), .sample("000000000000", createdAt: 7),
            ]
            try storage.write { writer throws in for key in keys { _ = try writer.insert(key) } }
            let listed = try storage.read { try $0.apiKeys() }.map(\.id.rawValue.first)
            #expect(listed == ["9", "2", "0", "1"])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `an id is taken once`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            let first = APIKeyRecord.sample("0123456789ab", name: "first")
            try storage.write { writer throws in
                #expect(try writer.insert(first))
                #expect(try !writer.insert(.sample("0123456789ab", of: tenant("other"), name: "second")))
            }
            #expect(try storage.read { try $0.apiKeys() } == [first])
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a key is revoked for good and keeps the first time`(_ subject: StorageUnderTest) throws {
        try subject.run { storage throws in
            var record = APIKeyRecord.sample("0123456789ab")
            _ = try storage.write { try $0.insert(record) }
            #expect(try storage.write { try $0.revokeAPIKey(key("zzzzzzzzzzzz"), at: 4) } == nil)
            record.revokedAt = 5
            #expect(try storage.write { try $0.revokeAPIKey(record.id, at: 5) } == record)
            #expect(try storage.write { try $0.revokeAPIKey(record.id, at: 6) } == record)
            #expect(try storage.read { try $0.apiKey(record.id) } == record)
        }
    }

    @Test(arguments: StorageUnderTest.available)
    func `a transaction that fails leaves no key behind and none revoked`(_ subject: StorageUnderTest) throws {
        struct Refused: Error {}
        try subject.run { storage throws in
            let record = APIKeyRecord.sample("0123456789ab")
            _ = try storage.write { try $0.insert(record) }
            #expect(throws: Refused.self) {
                try storage.write { writer throws in
                    _ = try writer.insert(.sample("bcdefghjkmnp"))
                    _ = try writer.revokeAPIKey(record.id, at: 5)
                    throw Refused()
                }
            }
            #expect(try storage.read { try $0.apiKeys() } == [record])
        }
    }

    @Test(
        arguments: [
            (nil, nil, APIKeyRecord.State.active), (1_000, nil, .expired), (1_001, nil, .active), (nil, 5, .revoked),
            (1_000, 5, .revoked), (1_001, 2_000, .revoked),
        ] as [(Int64?, Int64?, APIKeyRecord.State)]
    )
    func `a key is active until it expires or is revoked`(
        _ expires: Int64?,
        _ revoked: Int64?,
        _ state: APIKeyRecord.State
    ) {
        var record = APIKeyRecord.sample("0123456789ab", expiresAt: expires)
        record.revokedAt = revoked
        #expect(record.state(now: 1_000) == state)
    }

    @Test func `ids are of one form, and no two are equal`() {
        for text in ["", "0123456789a", "0123456789abc", "0123456789aB", "0123456789ai", "0123456789a_", "0123456789é"]
        {
            #expect(APIKeyID(text) == nil, "\(text)")
        }
        let made = (0..<1_000).map { _ in APIKeyID.random() }
        #expect(Set(made).count == made.count)
        #expect(made.allSatisfy { APIKeyID($0.rawValue) == $0 })
    }
}

func key(_ id: String) -> APIKeyID {
    guard let id = APIKeyID(id) else { preconditionFailure("no key id") }
    return id
}

extension APIKeyRecord {
    static func sample(
        _ id: String,
        of tenant: TenantID = acme,
        name: String = "backend",
        scopes: Scopes = .admin,
        createdAt: Int64 = 1_700_000_000_000,
        expiresAt: Int64? = nil
    ) -> APIKeyRecord {
        APIKeyRecord(
            id: key(id),
            tenant: tenant,
            name: name,
            scopes: scopes,
            secretHash: Array(repeating: 7, count: 32),
            createdAt: createdAt,
            expiresAt: expiresAt
        )
    }
}

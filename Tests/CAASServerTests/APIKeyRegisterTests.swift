import CAASProtocol
import CAASServer
import Chat
import Foundation
import Gateway
import StorageSQLite
import Testing

@Suite("API keys beside a service, R60") struct APIKeyRegisterTests {
    private let directory: TemporaryDirectory
    private let storage: SQLiteStorage

    init() throws {
        directory = try TemporaryDirectory()
        storage = try SQLiteStorage(directory: directory.path)
    }

    @Test func `a key that another process made opens the service, until one revokes it`() async throws {
        let authority = APIKeyAuthority(storage: storage, tenants: [try #require(TenantID("default"))])
        let register = try APIKeyRegister(data: directory.path)
        let now = ContinuousClock.now
        let text = try register.create(name: "b", tenant: "default", scope: "media admin", expiresIn: 60, now: 1_000)
        let key = try await authority.verify(text, time: 2_000, now: now)
        #expect(key.scopes == [.admin, .media])
        let revoked = try register.revoke(key.id.rawValue, now: 3_000)
        #expect(revoked.state == "revoked" && revoked.revokedAt == 3_000)
        let error = await #expect(throws: SpecError.self) {
            try await authority.verify(text, time: 4_000, now: now + .seconds(1))
        }
        #expect(error == APIKeyFault.revoked.error)
    }

    @Test func `the list says everything but the secret, a line each`() throws {
        let register = try APIKeyRegister(data: directory.path)
        #expect(try register.list(now: 0) == [])
        let name = "the \"first\"\u{2028}/ é"
        let first = try register.create(name: name, tenant: "acme", scope: " admin  call ", expiresIn: nil, now: 1)
        let second = try register.create(name: "second", tenant: "default", scope: "admin", expiresIn: 5, now: 2)
        let lines = try register.list(now: 5_002).map(\.line)
        #expect(lines.count == 2)
        for (line, key) in zip(lines, [first, second]) {
            let parts = key.split(separator: "_", maxSplits: 2)
            #expect(line.contains(parts[1]) && !line.contains(parts[2]) && !line.contains("\n"))
        }
        let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? NSDictionary
        #expect(
            object == [
                "id": first.split(separator: "_")[1], "name": name, "tenant": "acme", "scopes": ["call", "admin"],
                "state": "active", "createdAt": 1,
            ]
        )
        #expect(lines[1].contains(#""state":"expired""#) && lines[1].contains(#""expiresAt":5002"#))
    }

    @Test(
        arguments: [
            ("", "default", "admin", nil, "name"),
            (String(repeating: "n", count: 129), "default", "admin", nil, "name"),
            ("a\u{7F}", "default", "admin", nil, "name"), ("a\nb", "default", "admin", nil, "name"),
            ("n", "a b", "admin", nil, "tenant"), ("n", "", "admin", nil, "tenant"), ("n", "default", "", nil, "scope"),
            ("n", "default", "admin chat", nil, "scope"), ("n", "default", "Admin", nil, "scope"),
            ("n", "default", "admin,media", nil, "scope"), ("n", "default", "admin", 0, "expiresIn"),
            ("n", "default", "admin", -1, "expiresIn"), ("n", "default", "admin", 315_360_001, "expiresIn"),
            ("n", "default", "admin", Int.max, "expiresIn"),
        ] as [(String, String, String, Int?, String)]
    )
    func `a key that makes no sense is not made`(
        _ name: String,
        _ tenant: String,
        _ scope: String,
        _ life: Int?,
        _ field: String
    ) throws {
        let register = try APIKeyRegister(data: directory.path)
        let error = #expect(throws: SpecError.self) {
            try register.create(name: name, tenant: tenant, scope: scope, expiresIn: life, now: 1)
        }
        #expect(error?.code == .invalidPayload && error?.field == field)
        #expect(try register.list(now: 1) == [])
    }

    @Test func `a key is for a tenant that the service had when it started last`() throws {
        let (acme, globex) = (try #require(TenantID("acme")), try #require(TenantID("globex")))
        KnownTenants.note([acme, globex], inData: directory.path)
        let register = try APIKeyRegister(data: directory.path)
        for tenant in ["typo", "default", "Acme"] {
            let error = #expect(throws: SpecError.self) {
                try register.create(name: "n", tenant: tenant, scope: "admin", expiresIn: nil, now: 1)
            }
            #expect(error?.code == .notFound && error?.field == "tenant" && error?.reason == "tenant")
            #expect(error?.message.contains("no tenant `\(tenant)` but `acme`, `globex`:") ?? false)
        }
        #expect(try register.list(now: 1) == [])
        _ = try register.create(name: "n", tenant: "globex", scope: "admin", expiresIn: nil, now: 1)
        KnownTenants.note([acme], inData: directory.path)
        #expect(throws: SpecError.self) {
            try APIKeyRegister(data: directory.path)
                .create(name: "n", tenant: "globex", scope: "admin", expiresIn: nil, now: 1)
        }
        // What was made stays, and can be listed and revoked.
        let key = try #require(try register.list(now: 1).first)
        #expect(key.tenant == "globex")
        #expect(try APIKeyRegister(data: directory.path).revoke(key.id, now: 2).state == "revoked")
    }

    @Test func `a refusal names ten tenants and counts the rest`() throws {
        KnownTenants.note(try (10..<22).map { try #require(TenantID("t\($0)")) }, inData: directory.path)
        let error = #expect(throws: SpecError.self) {
            try APIKeyRegister(data: directory.path)
                .create(name: "n", tenant: "typo", scope: "admin", expiresIn: nil, now: 1)
        }
        #expect(error?.message.contains("`t10`, `t11`") ?? false)
        #expect(error?.message.contains("`t19` and 2 more:") ?? false)
    }

    @Test func `who the tenants are is noted for the owner alone, and forgotten where it cannot be written`() throws {
        let acme = try #require(TenantID("acme"))
        #expect(KnownTenants.read(inData: directory.path) == nil)
        KnownTenants.note([acme], inData: directory.path)
        #expect(KnownTenants.read(inData: directory.path) == [acme])
        let note = directory.path + "/tenants"
        let mode = try FileManager.default.attributesOfItem(atPath: note)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // Where the draft is written there is a folder: the note of before would be wrong now.
        try FileManager.default.createDirectory(atPath: note + ".new", withIntermediateDirectories: false)
        KnownTenants.note([acme, acme], inData: directory.path)
        #expect(KnownTenants.read(inData: directory.path) == nil)
    }

    @Test(arguments: [
        ("", ErrorCode.invalidPayload), ("caas_0123456789ab", .invalidPayload), ("0123456789ab", .notFound),
    ])
    func `what nobody has cannot be revoked`(_ id: String, _ code: ErrorCode) throws {
        let error = #expect(throws: SpecError.self) { try APIKeyRegister(data: directory.path).revoke(id, now: 1) }
        #expect(error?.code == code && error?.field == "id")
    }

    @Test func `where there is no data nothing is made`() throws {
        let empty = try TemporaryDirectory()
        for path in [empty.path, empty.path + "/absent"] {
            let error = #expect(throws: SpecError.self) { try APIKeyRegister(data: path) }
            #expect(error?.code == .notFound && error?.reason == "directory")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: empty.path) == [])
    }

    @Test(arguments: [("x", "corrupt"), ("", "version"), (String(repeating: "no database", count: 500), "corrupt")])
    func `what is no data file is refused and stays as it is`(_ text: String, _ reason: String) throws {
        let other = try TemporaryDirectory()
        let file = try other.file("caas.sqlite", text)
        let error = #expect(throws: SpecError.self) { try APIKeyRegister(data: other.path) }
        #expect(error?.reason == reason)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
}

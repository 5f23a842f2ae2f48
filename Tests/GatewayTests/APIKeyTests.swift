import CAASProtocol
import Chat
import Dispatch
import Synchronization
import Testing

@testable import Gateway

@Suite("API keys, R60") struct APIKeyTests {
    private let storage = InMemoryStorage()
    private let now = ContinuousClock.now

    private func authority(tenants: [String] = ["acme"]) throws -> APIKeyAuthority {
        APIKeyAuthority(storage: storage, tenants: try tenants.map { try #require(TenantID($0)) })
    }

    private func stored(
        _ key: APIKeyText = APIKeyText(),
        tenant: String = "acme",
        scopes: Scopes = .admin,
        expiresAt: Int64? = nil
    ) throws -> APIKeyText {
        let record = APIKeyRecord(
            id: key.id,
            tenant: try #require(TenantID(tenant)),
            name: "test",
            scopes: scopes,
            secretHash: key.secretHash,
            createdAt: 1,
            expiresAt: expiresAt
        )
        #expect(try storage.write { try $0.insert(record) })
        return key
    }

    private func fault(_ authority: APIKeyAuthority, _ text: String, time: Int64 = 1_000, after: Duration = .zero) async
        -> SpecError?
    {
        do throws(SpecError) {
            _ = try await authority.verify(text, time: time, now: now + after)
            return nil
        } catch { return error }
    }

    @Test func `a key names its tenant and scopes`() async throws {
        let authority = try authority(tenants: ["acme", "other"])
        let one = try stored(scopes: [.chatRead, .presence])
        let other = try stored(tenant: "other")
        let acme = try #require(TenantID("acme"))
        #expect(
            try await authority.verify(one.text, time: 1)
                == APIKey(id: one.id, tenant: acme, scopes: [.chatRead, .presence])
        )
        #expect(try await authority.verify(other.text, time: 1).tenant.rawValue == "other")
        #expect(APIKeyText.claims(one.text))
        #expect(!APIKeyText.claims("eyJhbGciOiJIUzI1NiJ9.e30.x"))
    }

    @Test func `keys look as documented and no two are equal`() {
        let texts = (0..<100).map { _ in APIKeyText().text }
        #expect(Set(texts).count == 100)
        for text in texts {
            #expect(text.wholeMatch(of: /caas_[0-9a-hjkmnp-tv-z]{12}_[A-Za-z0-9_-]{43}/) != nil, "\(text)")
            #expect(APIKeyText(text)?.text == text)
        }
    }

    @Test(arguments: [
        "", "caas_", "caas__", "caas_0123456789ab", "caas_0123456789ab_", "CAAS_0123456789ab_\(letters)",
        "caas_0123456789aB_\(letters)", "caas_0123456789a_\(letters)", "caas_../../etc/pas_\(letters)",
        "caas_0123456789ab_\(letters)=", "caas_0123456789ab_\(letters.dropLast())", "caas_0123456789ab_\(letters)A",
        "caas_0123456789ab_\(letters.dropLast())B", " caas_0123456789ab_\(letters)", "caas_0123456789ab_\(letters) ",
        "caas_0123456789ab_\(letters.dropLast())\u{301}", "xcaas_0123456789ab_\(letters)",
        "caas_" + String(repeating: "a", count: 100_000),
    ])
    func `what has not the form of a key is malformed, whatever is stored`(_ text: String) async throws {
        #expect(await fault(try authority(), text) == APIKeyFault.malformed.error)
    }

    @Test func `an unknown id and a wrong secret are one answer`() async throws {
        let authority = try authority()
        let known = try stored()
        let revoked = try stored()
        _ = try storage.write { try $0.revokeAPIKey(revoked.id, at: 1) }
        let expired = try stored(expiresAt: 5)
        let elsewhere = try stored(tenant: "elsewhere")
        var answers = [await fault(authority, APIKeyText().text)]
        for id in [known, revoked, expired, elsewhere].map(\.id) {
            answers.append(await fault(authority, "caas_\(id)_\(letters)"))
        }
        #expect(answers.allSatisfy { $0 == APIKeyFault.key.error }, "\(answers)")
        #expect(answers[0]?.code == .authInvalid && answers[0]?.reason == "key")
    }

    @Test func `a key ends when it expires`() async throws {
        let authority = try authority()
        let key = try stored(expiresAt: 2_000)
        #expect(await fault(authority, key.text, time: 1_999) == nil)
        #expect(await fault(authority, key.text, time: 2_000) == APIKeyFault.expired.error)
    }

    @Test func `a key of a tenant that is not configured opens nothing`() async throws {
        #expect(await fault(try authority(), try stored(tenant: "elsewhere").text) == APIKeyFault.tenant.error)
    }

    @Test func `a key that is revoked is refused a second later, and until then costs no read`() async throws {
        let counting = CountingStorage(storage)
        let authority = APIKeyAuthority(storage: counting, tenants: [try #require(TenantID("acme"))])
        let key = try stored()
        #expect(await fault(authority, key.text) == nil)
        _ = try storage.write { try $0.revokeAPIKey(key.id, at: 1) }
        for _ in 0..<50 { #expect(await fault(authority, key.text, after: .milliseconds(999)) == nil) }
        #expect(counting.reads == 1)
        #expect(await fault(authority, key.text, after: .seconds(1)) == APIKeyFault.revoked.error)
        #expect(counting.reads == 2)
    }

    @Test func `a key that was asked for too early is found once it is there`() async throws {
        let authority = try authority()
        let key = APIKeyText()
        #expect(await fault(authority, key.text) == APIKeyFault.key.error)
        _ = try stored(key)
        #expect(await fault(authority, key.text) == nil)
    }

    @Test func `more keys than are remembered are all taken`() async throws {
        let authority = try authority()
        let keys = try (0..<APIKeyLookup.capacity + 5).map { _ in try stored() }
        for key in keys + keys.prefix(3) { #expect(await fault(authority, key.text) == nil) }
    }

    @Test func `a store that fails is unavailable, and is asked again`() async throws {
        let failing = CountingStorage(storage)
        let authority = APIKeyAuthority(storage: failing, tenants: [try #require(TenantID("acme"))])
        let key = try stored()
        failing.fails = true
        #expect(await fault(authority, key.text)?.code == .unavailable)
        failing.fails = false
        #expect(await fault(authority, key.text) == nil)
    }

    @Test func `a store that hangs holds nobody for longer than its time, and no more than may wait`() async throws {
        let hanging = CountingStorage(storage)
        let key = try stored()
        let lookup = APIKeyLookup(storage: hanging, patience: .zero)
        hanging.hangs = true
        defer { hanging.hangs = false }
        let reasons = await withTaskGroup(of: String?.self) { group in
            for _ in 0...APIKeyLookup.waitingLimit {
                group.addTask { [now] in
                    do { return try await lookup.key(key.id, now: now)?.name } catch {
                        return (error as? SpecError)?.reason
                    }
                }
            }
            return await group.reduce(into: [String?: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(reasons["timeout"] ?? 0 >= APIKeyLookup.waitingLimit)
        #expect((reasons["timeout"] ?? 0) + (reasons["overloaded"] ?? 0) == APIKeyLookup.waitingLimit + 1, "\(reasons)")
    }
}

/// The base64url of a secret that nobody was given.
private let letters = String(repeating: "A", count: 43)

/// Counts the reads; fails and hangs when told to.
private final class CountingStorage: Storage {
    private let storage: InMemoryStorage
    private let state = Mutex((reads: 0, fails: false, hangs: false))
    private let released = DispatchSemaphore(value: 0)

    init(_ storage: InMemoryStorage) { self.storage = storage }

    var reads: Int { state.withLock { $0.reads } }
    var fails: Bool {
        get { state.withLock { $0.fails } }
        set { state.withLock { $0.fails = newValue } }
    }
    /// Whether a read waits until this is false again.
    var hangs: Bool {
        get { state.withLock { $0.hangs } }
        set {
            let wasHanging = state.withLock { state in
                defer { state.hangs = newValue }
                return state.hangs
            }
            if wasHanging, !newValue { released.signal() }
        }
    }

    func write<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result { try storage.write(body) }

    func read<Result>(_ body: (any StorageReader) throws -> Result) throws -> Result {
        let (fails, hangs) = state.withLock { state in
            state.reads += 1
            return (state.fails, state.hangs)
        }
        if hangs {
            released.wait()
            released.signal()
        }
        if fails { throw StorageError.failed("as told") }
        return try storage.read(body)
    }

    func close() throws { try storage.close() }
}

package import CAASProtocol
import Chat
import Foundation
import Gateway
import StorageSQLite

/// The API keys in a data directory, whether a service is running on it or not (R60).
package struct APIKeyRegister {
    /// Keys of a data directory at most, with those that are revoked.
    private static let capacity = 10_000
    /// Bytes of a name.
    private static let nameBytes = 1...128
    /// Seconds that a key may live: ten years.
    private static let lives = 1...315_360_000
    /// Tenants that a refusal names.
    private static let namedTenants = 10

    private let file: SharedSQLiteFile
    /// The tenants of the service; nil where that is not known.
    private let tenants: [TenantID]?

    /// Opens the register of a data directory that a service has made.
    package init(data: String) throws(SpecError) {
        guard access(data, F_OK) == 0 else {
            throw SpecError(.notFound, field: "data", reason: "directory", message: "There is no directory \(data).")
        }
        guard access(data + "/caas.sqlite", F_OK) == 0 else {
            let message = "There is no data in \(data) yet: start `caas serve` once."
            throw SpecError(.notFound, field: "data", reason: "directory", message: message)
        }
        tenants = KnownTenants.read(inData: data)
        do { file = try SharedSQLiteFile(directory: data) } catch { throw SpecError(register: error) }
    }

    /// Makes a key and returns it as its holder needs it; nobody can find it out again.
    ///
    /// - Parameters:
    ///   - scope: Names of scopes (R56) with spaces between.
    ///   - expiresIn: Seconds; nil is for ever.
    ///   - now: Unix milliseconds.
    package func create(name: String, tenant: String, scope: String, expiresIn: Int?, now: Int64) throws(SpecError)
        -> String
    {
        guard let tenant = TenantID(tenant) else { throw SpecError(.invalidPayload, field: "tenant") }
        guard Self.nameBytes.contains(name.utf8.count), !name.unicodeScalars.contains(where: Self.isControl) else {
            let message = "A name has 1 to 128 bytes and no control characters."
            throw SpecError(.invalidPayload, field: "name", message: message)
        }
        guard expiresIn.map(Self.lives.contains) ?? true else {
            throw SpecError(.invalidPayload, field: "expiresIn", reason: "lifetime")
        }
        let scopes = try Self.scopes(scope)
        try check(tenant)
        return try translating {
            try file.write { writer throws in
                guard try writer.apiKeys().count < Self.capacity else {
                    let message = "A data directory has \(Self.capacity) API keys at most."
                    throw SpecError(.rateLimited, reason: "quota", message: message)
                }
                while true {
                    let key = APIKeyText()
                    let record = APIKeyRecord(
                        id: key.id,
                        tenant: tenant,
                        name: name,
                        scopes: scopes,
                        secretHash: key.secretHash,
                        createdAt: now,
                        expiresAt: expiresIn.map { now + Int64($0) * 1000 }
                    )
                    if try writer.insert(record) { return key.text }
                }
            }
        }
    }

    /// What is known of all keys, the oldest first.
    ///
    /// - Parameter now: Unix milliseconds.
    package func list(now: Int64) throws(SpecError) -> [APIKeyDescription] {
        try translating { try file.read { try $0.apiKeys().map { APIKeyDescription($0, now: now) } } }
    }

    /// Revokes a key for good; once more does nothing.
    ///
    /// - Parameters:
    ///   - id: The part of the key between the underscores.
    ///   - now: Unix milliseconds.
    package func revoke(_ id: String, now: Int64) throws(SpecError) -> APIKeyDescription {
        guard let id = APIKeyID(id) else {
            let message = "A key's id has 12 letters and digits: the part between the underscores of the key."
            throw SpecError(.invalidPayload, field: "id", message: message)
        }
        let revoked = try translating { try file.write { try $0.revokeAPIKey(id, at: now) } }
        guard let revoked else { throw SpecError(.notFound, field: "id", message: "There is no API key \(id).") }
        return APIKeyDescription(revoked, now: now)
    }

    /// A key of a tenant that the service has not would open nothing.
    private func check(_ tenant: TenantID) throws(SpecError) {
        guard let tenants, !tenants.contains(tenant) else { return }
        let names = tenants.prefix(Self.namedTenants).map { "`\($0)`" }.joined(separator: ", ")
        let rest = tenants.count > Self.namedTenants ? " and \(tenants.count - Self.namedTenants) more" : ""
        throw SpecError(
            .notFound,
            field: "tenant",
            reason: "tenant",
            message: "The service has no tenant `\(tenant)` but \(names)\(rest): say which by --tenant. "
                + "A tenant that was added to the configuration is known when the service has started with it."
        )
    }

    /// All of the names, or nothing.
    private static func scopes(_ text: String) throws(SpecError) -> Scopes {
        let names = text.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard !names.isEmpty,
            names.allSatisfy({ name in Scopes.allNames.contains { $0.utf8.elementsEqual(name.utf8) } })
        else {
            let message = "Scopes are, with spaces between: \(Scopes.allNames.joined(separator: " "))."
            throw SpecError(.invalidPayload, field: "scope", message: message)
        }
        return Scopes(claim: text)
    }

    private static func isControl(_ scalar: UnicodeScalar) -> Bool {
        scalar.properties.generalCategory == .control
    }

    private func translating<Result>(_ body: () throws -> Result) throws(SpecError) -> Result {
        do { return try body() } catch let error as SpecError {
            throw error
        } catch {
            throw SpecError(register: error)
        }
    }
}

extension SpecError {
    /// Why the file of a data directory cannot be used.
    fileprivate init(register error: any Error) {
        let reason =
            switch error as? StorageError {
            case .full: "storage_full"
            case .locked: "locked"
            case .readOnly: "read_only"
            case .newer, .older: "version"
            case .corrupt: "corrupt"
            default: "storage"
            }
        self.init(.unavailable, reason: reason, message: "\(error)")
    }
}

import CAASProtocol
import Chat
import Foundation

/// What may be known of an API key: everything but its secret.
package struct APIKeyDescription: Encodable, Sendable, Hashable {
    package let id: String
    package let tenant: String
    package let name: String
    package let scopes: [String]
    /// `active`, `expired` or `revoked`.
    package let state: String
    /// Unix milliseconds, as all times here.
    package let createdAt: Int64
    package let expiresAt: Int64?
    package let revokedAt: Int64?

    init(_ key: APIKeyRecord, now: Int64) {
        id = key.id.rawValue
        tenant = key.tenant.rawValue
        name = key.name
        scopes = key.scopes.names
        state = key.state(now: now).rawValue
        createdAt = key.createdAt
        expiresAt = key.expiresAt
        revokedAt = key.revokedAt
    }

    /// One JSON object on one line, its members in alphabetical order; what is not there is left out.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(self) else { preconditionFailure("texts and numbers are JSON") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

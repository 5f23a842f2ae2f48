package import CAASProtocol

/// An API key of a tenant's backend as the store keeps it (R60): everything but the secret.
package struct APIKeyRecord: Sendable, Hashable {
    package var id: APIKeyID
    package var tenant: TenantID
    /// What it is for, in the words of who made it.
    package var name: String
    package var scopes: Scopes
    /// SHA-256 of the secret's 32 bytes.
    package var secretHash: [UInt8]
    /// Unix milliseconds, as all times here.
    package var createdAt: Int64
    /// Nil is a key that does not expire.
    package var expiresAt: Int64?
    /// Nil where it was not revoked.
    package var revokedAt: Int64?

    package init(
        id: APIKeyID,
        tenant: TenantID,
        name: String,
        scopes: Scopes,
        secretHash: [UInt8],
        createdAt: Int64,
        expiresAt: Int64? = nil,
        revokedAt: Int64? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.scopes = scopes
        self.secretHash = secretHash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// Whether a key opens anything.
    package enum State: String, Sendable, CaseIterable {
        case active
        case expired
        case revoked
    }

    /// - Parameter now: Unix milliseconds.
    package func state(now: Int64) -> State {
        if revokedAt != nil { return .revoked }
        return expiresAt.map { $0 <= now } ?? false ? .expired : .active
    }
}

/// The public half of an API key: 12 digits and letters, lower case, without i, l, o and u.
package struct APIKeyID: Hashable, Sendable, CustomStringConvertible {
    /// Letters that cannot be taken for one another.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let length = 12

    package let rawValue: String

    /// Nil where `rawValue` is no id.
    package init?(_ rawValue: String) {
        let bytes = rawValue.utf8
        guard bytes.count == Self.length, bytes.allSatisfy(Self.alphabet.contains) else { return nil }
        self.rawValue = rawValue
    }

    /// One that nobody has: 60 random bits.
    package static func random() -> APIKeyID {
        let bits = UInt64.random(in: 0...UInt64.max)
        let letters = (0..<length).map { alphabet[Int(bits >> (5 * $0) & 31)] }
        return APIKeyID(letters: letters)
    }

    private init(letters: [UInt8]) {
        rawValue = String(decoding: letters, as: UTF8.self)
    }

    package var description: String { rawValue }
}

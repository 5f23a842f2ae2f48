import CAASProtocol
import Chat

// MARK: API keys

extension SQLiteReading {
    package func apiKey(_ id: APIKeyID) throws -> APIKeyRecord? {
        try connection.statement("SELECT \(APIKeyRecord.columns) FROM api_key WHERE key_id = ?")
            .bound(.text(id.rawValue)).first { try APIKeyRecord($0) }
    }

    package func apiKeys() throws -> [APIKeyRecord] {
        try connection.statement("SELECT \(APIKeyRecord.columns) FROM api_key ORDER BY created_at, key_id")
            .rows { try APIKeyRecord($0) }
    }
}

extension SQLiteWriter {
    func insert(_ key: APIKeyRecord) throws -> Bool {
        try connection.statement(
            """
            INSERT INTO api_key (\(APIKeyRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """
        ).bound(
            .text(key.id.rawValue),
            .text(key.tenant.rawValue),
            .text(key.name),
            .text(key.scopes.names.joined(separator: " ")),
            .bytes(key.secretHash),
            .integer(key.createdAt),
            .integer(key.expiresAt),
            .integer(key.revokedAt)
        ).run() == 1
    }

    func revokeAPIKey(_ id: APIKeyID, at time: Int64) throws -> APIKeyRecord? {
        try connection.statement("UPDATE api_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL")
            .bound(.integer(time), .text(id.rawValue)).run()
        return try apiKey(id)
    }
}

extension APIKeyRecord {
    /// The columns that ``init(_:)`` reads, of `api_key`.
    static let columns = "key_id, tenant, name, scopes, secret_hash, created_at, expires_at, revoked_at"

    init(_ row: Columns) throws(StorageError) {
        guard let id = APIKeyID(row.text(0)), let tenant = TenantID(row.text(1)) else { throw .impossible("API key") }
        self.init(
            id: id,
            tenant: tenant,
            name: row.text(2),
            scopes: Scopes(claim: row.text(3)),
            secretHash: row.bytes(4) ?? [],
            createdAt: row.integer(5),
            expiresAt: row.optionalInteger(6),
            revokedAt: row.optionalInteger(7)
        )
    }
}

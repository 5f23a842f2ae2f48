/// Questions about API keys to one consistent state of the store (R60).
package protocol APIKeyReader {
    func apiKey(_ id: APIKeyID) throws -> APIKeyRecord?
    /// All keys of all tenants, the oldest first; of equal age in the order of their ids.
    func apiKeys() throws -> [APIKeyRecord]
}

/// Changes of API keys inside one transaction.
///
/// A key is never removed: who asks later finds out that it was there.
package protocol APIKeyWriter: APIKeyReader {
    /// Stores a key; false where its id is taken.
    func insert(_ key: APIKeyRecord) throws -> Bool

    /// Revokes a key for good; one that is revoked already stays as it is.
    ///
    /// - Parameter time: Unix milliseconds.
    /// - Returns: the key as it is then; nil where there is none.
    func revokeAPIKey(_ id: APIKeyID, at time: Int64) throws -> APIKeyRecord?
}

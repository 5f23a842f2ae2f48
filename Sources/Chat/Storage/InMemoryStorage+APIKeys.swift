// MARK: API keys

extension InMemoryStorageReading {
    package func apiKey(_ id: APIKeyID) -> APIKeyRecord? {
        state.apiKeys[id]
    }

    package func apiKeys() -> [APIKeyRecord] {
        state.apiKeys.values.sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
    }
}

extension InMemoryStorageWriter {
    package func insert(_ key: APIKeyRecord) -> Bool {
        guard state.apiKeys[key.id] == nil else { return false }
        state.apiKeys[key.id] = key
        return true
    }

    package func revokeAPIKey(_ id: APIKeyID, at time: Int64) -> APIKeyRecord? {
        guard var key = state.apiKeys[id] else { return nil }
        key.revokedAt = key.revokedAt ?? time
        state.apiKeys[id] = key
        return key
    }
}

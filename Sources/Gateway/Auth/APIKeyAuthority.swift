package import CAASProtocol
package import Chat

/// Checks API keys (R60).
///
/// A key is never logged, nor any part of it but its id.
package final class APIKeyAuthority: Sendable {
    /// The hash that is compared where there is no key, so that both ways take the same steps.
    private static let noHash = [UInt8](repeating: 0, count: 32)

    private let tenants: Set<TenantID>
    private let keys: APIKeyLookup
    private let report: @Sendable (_ traceID: String, any Error) -> Void

    /// - Parameters:
    ///   - storage: Where the keys are; another process may change them.
    ///   - tenants: The tenants of this service.
    ///   - report: Told what failed, under the id that the backend is given.
    package init(
        storage: any Storage,
        tenants: [TenantID],
        report: @escaping @Sendable (_ traceID: String, any Error) -> Void = { _, _ in }
    ) {
        self.tenants = Set(tenants)
        self.report = report
        keys = APIKeyLookup(storage: storage)
    }

    /// Who shows this key.
    ///
    /// Throws `AUTH_INVALID` with an ``APIKeyFault`` as its reason, or `UNAVAILABLE` where the store does not answer. A key
    /// that was revoked, by whichever process, is refused a second later at the latest.
    ///
    /// - Parameters:
    ///   - credential: What stands behind `Bearer `.
    ///   - time: Unix milliseconds.
    package func verify(_ credential: String, time: Int64, now: ContinuousClock.Instant = .now) async throws(SpecError)
        -> APIKey
    {
        guard let shown = APIKeyText(credential) else { throw APIKeyFault.malformed.error }
        let record: APIKeyRecord?
        do {
            record = try await keys.key(shown.id, now: now)
        } catch let error as SpecError {
            throw error
        } catch {
            throw .failure(error, report: report)
        }
        guard shown.fits(record?.secretHash ?? Self.noHash), let record else { throw APIKeyFault.key.error }
        switch record.state(now: time) {
        case .active: break
        case .expired: throw APIKeyFault.expired.error
        case .revoked: throw APIKeyFault.revoked.error
        }
        guard tenants.contains(record.tenant) else { throw APIKeyFault.tenant.error }
        return APIKey(id: record.id, tenant: record.tenant, scopes: record.scopes)
    }
}

/// What one tenant's tokens are signed with (R57): a shared secret or an issuer's keys, never both.
package enum TokenKeys: Sendable, Hashable {
    /// HS256; at least 32 bytes.
    case secret([UInt8])
    /// The public keys of an issuer.
    case keySet(KeySetFile)
}

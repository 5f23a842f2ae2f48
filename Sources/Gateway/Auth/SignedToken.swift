/// A token made by this service.
package struct SignedToken: Sendable, Hashable {
    package var token: String
    /// Unix milliseconds.
    package var expiresAt: Int64
}

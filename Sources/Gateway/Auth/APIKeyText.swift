package import Chat
import Crypto

/// An API key as its holder has it: `caas_<id>_<secret>` (R60).
///
/// The secret is 32 random bytes in base64url. It is shown once and kept nowhere.
package struct APIKeyText: Sendable {
    /// What every key begins with, and no JSON Web Token.
    private static let prefix = "caas_"
    private static let secretBytes = 32

    package let id: APIKeyID
    private let secret: [UInt8]

    /// Whether a credential means to be an API key.
    package static func claims(_ credential: String) -> Bool {
        credential.utf8.starts(with: prefix.utf8)
    }

    /// Nil where `text` has not the form of a key, or spells one in another way than ``text``.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "_"), maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 3, parts[0].elementsEqual("caas".utf8),
            let id = APIKeyID(String(decoding: parts[1], as: UTF8.self)),
            let secret = Base64URL.decode(parts[2]), secret.count == Self.secretBytes
        else { return nil }
        self.id = id
        self.secret = secret
    }

    /// A new key.
    package init() {
        var generator = SystemRandomNumberGenerator()
        id = APIKeyID.random()
        secret = (0..<Self.secretBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// The key for its holder.
    package var text: String { "\(Self.prefix)\(id)_\(Base64URL.encode(secret))" }

    /// What is kept of the secret: its SHA-256.
    ///
    /// The secret is random enough for a hash without salt or cost.
    package var secretHash: [UInt8] { Array(SHA256.hash(data: secret)) }

    /// Whether `hash` is that of this secret, in a time that does not depend on either.
    func fits(_ hash: [UInt8]) -> Bool {
        let own = secretHash
        guard hash.count == own.count else { return false }
        return zip(hash, own).reduce(0) { $0 | $1.0 ^ $1.1 } == 0
    }
}

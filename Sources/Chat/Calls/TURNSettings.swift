package import CAASProtocol
import Crypto

/// The servers that help media to find a way, and the secret that they share with the service (R47).
package struct TURNSettings: Sendable, Hashable {
    /// `stun:`, `stuns:`, `turn:` and `turns:` addresses; empty where clients have to do without.
    package var urls: [String] = []
    /// What coturn calls `static-auth-secret`.
    package var secret: [UInt8] = []
    /// How long credentials hold.
    package var lifetime = Duration.seconds(3_600)

    package init() {}

    /// Whether an address is one of a relay, which wants credentials.
    package static func isRelay(_ url: String) -> Bool {
        url.utf8.starts(with: "turn:".utf8) || url.utf8.starts(with: "turns:".utf8)
    }

    /// What a user's client is told: relays with credentials of its own, by coturn's REST scheme.
    ///
    /// - Parameter time: Unix milliseconds.
    package func servers(for user: UserKey, time: Int64) -> [ICEServer] {
        var servers: [ICEServer] = []
        let plain = urls.filter { !Self.isRelay($0) }
        if !plain.isEmpty { servers.append(ICEServer(urls: plain)) }
        let relays = urls.filter(Self.isRelay)
        guard !relays.isEmpty else { return servers }
        let expiry = time / 1_000 + lifetime.components.seconds
        let username = "\(expiry):\(user.tenant):\(user.user)"
        servers.append(ICEServer(urls: relays, username: username, credential: credential(for: username)))
        return servers
    }

    /// The proof that belongs to a name: base64 of HMAC-SHA1 over it.
    private func credential(for username: String) -> String {
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Array(username.utf8),
            using: SymmetricKey(data: secret)
        )
        return Self.base64(Array(code))
    }

    /// RFC 4648 §4.
    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let digit = Int(bits >> UInt32(18 - 6 * place) & 63)
                text.append(place <= group.count ? digits[digit] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

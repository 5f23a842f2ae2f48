/// The name of a session, which is all that a request needs to speak for it: a secret between client and server.
///
/// Only texts that could be one become one, so that nothing else is ever looked up.
package struct EngineIOSessionID: Sendable, Hashable {
    /// Characters that an id may have.
    static let longest = 64
    /// Characters of our own ids, of six random bits each.
    static let ownLength = 24

    package let text: String

    /// Nil unless the text is 1 to 64 characters of `A…Z a…z 0…9 _ -`.
    package init?(_ text: some StringProtocol) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.alphabet.contains) else {
            return nil
        }
        self.text = String(text)
    }

    private init(random bits: [UInt8]) {
        text = String(decoding: bits.map { Self.alphabet[Int($0 & 0x3F)] }, as: UTF8.self)
    }

    /// A new one, of 144 random bits.
    package static func random() -> EngineIOSessionID {
        var system = SystemRandomNumberGenerator()
        return random(using: &system)
    }

    static func random(using generator: inout some RandomNumberGenerator) -> EngineIOSessionID {
        EngineIOSessionID(random: (0..<ownLength).map { _ in UInt8.random(in: 0...0xFF, using: &generator) })
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}

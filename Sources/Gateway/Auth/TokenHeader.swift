/// What matters of a token's header (RFC 7515 §4.1); every other field is ignored, also those that point at keys.
///
/// The library's own header type is not used for what peers send: it turns any number into an `Int`, which a large one ends.
struct TokenHeader: Decodable {
    private enum Field: String, CodingKey {
        case alg
        case kid
        case crit
    }

    /// Every algorithm that some key may have; which one, the key says.
    private static let algorithms: Set = ["HS256", "EdDSA", "Ed25519", "ES256", "RS256"]

    let algorithm: String
    /// The bytes of `kid`, where it is a text.
    let keyID: [UInt8]?

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard let algorithm = try? fields.decode(String.self, forKey: .alg), Self.algorithms.contains(algorithm) else {
            throw TokenFault.algorithm
        }
        guard !fields.contains(.crit) else { throw TokenFault.crit }
        self.algorithm = algorithm
        keyID = (try? fields.decode(String.self, forKey: .kid)).map { Array($0.utf8) }
    }
}

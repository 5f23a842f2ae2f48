/// What matters of a token's header (RFC 7515 §4.1); every other field is ignored.
///
/// The library's own header type is not used for what peers send: it turns any number into an `Int`, which a large one ends.
struct TokenHeader: Decodable {
    private enum Field: String, CodingKey {
        case alg
        case crit
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard let algorithm = try? fields.decode(String.self, forKey: .alg), algorithm == "HS256" else {
            throw TokenFault.algorithm
        }
        guard !fields.contains(.crit) else { throw TokenFault.crit }
    }
}

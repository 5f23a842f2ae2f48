/// A key as it stands in a key set (RFC 7517 §4), as far as it matters here.
struct JSONWebKey: Decodable, Sendable {
    private enum Member: String, CodingKey {
        case kty, kid, use, alg, crv, x, y, n, e
        case operations = "key_ops"
        case d, p, q, dp, dq, qi, oth, k
    }

    /// What only a private or a shared key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
    private static let secrets: [Member] = [.d, .p, .q, .dp, .dq, .qi, .oth, .k]

    let type: String?
    let id: String?
    private let use: String?
    /// Nil where the key does not say; empty for what is no list of texts.
    private let operations: [String]?
    let algorithm: String?
    let curve: String?
    let x: String?
    let y: String?
    let n: String?
    let e: String?
    /// Whether it is more than a public key.
    let isSecret: Bool

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        /// Nil too for what is no text.
        func text(_ member: Member) -> String? { try? members.decode(String.self, forKey: member) }
        type = text(.kty)
        id = text(.kid)
        // An `alg` or a `use` that is no text must not count as none, nor `key_ops` that are no list of texts.
        use = members.contains(.use) ? text(.use) ?? "" : nil
        operations =
            members.contains(.operations) ? (try? members.decode([String].self, forKey: .operations)) ?? [] : nil
        algorithm = members.contains(.alg) ? text(.alg) ?? "" : nil
        curve = text(.crv)
        x = text(.x)
        y = text(.y)
        n = text(.n)
        e = text(.e)
        isSecret = Self.secrets.contains { members.contains($0) }
    }

    /// Whether the key is for signatures; it has to be allowed to check them then (RFC 7517 §4.2, §4.3).
    func isForSignatures() throws(KeySetFault) -> Bool {
        guard use != "" else { throw .value("use") }
        guard use ?? "sig" == "sig" else { return false }
        guard let operations else { return true }
        guard Set(operations.map { Array($0.utf8) }).count == operations.count, !operations.isEmpty else {
            throw .value("key_ops")
        }
        guard operations.contains("verify") else { throw .operations }
        return true
    }

    /// The algorithm that the key names, or the first of `choices` that its type is for.
    func algorithm(oneOf choices: [String]) throws(KeySetFault) -> String {
        guard let algorithm else { return choices[0] }
        guard choices.contains(where: { $0.utf8.elementsEqual(algorithm.utf8) }) else {
            throw .algorithm(choices.joined(separator: " or "))
        }
        return algorithm
    }

    /// The bytes of a member in base64url.
    func bytes(_ text: String?, _ name: String, count: Int? = nil) throws(KeySetFault) -> [UInt8] {
        guard let bytes = text.flatMap({ Base64URL.decode($0.utf8) }), !bytes.isEmpty,
            bytes.count == count ?? bytes.count
        else { throw .value(name) }
        return bytes
    }
}

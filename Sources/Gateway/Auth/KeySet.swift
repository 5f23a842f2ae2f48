import CAASProtocol
import Foundation

/// The public keys of one issuer by their ids (RFC 7517 §5).
package struct KeySet: Sendable {
    /// Bytes of a set at most.
    static let bytes = 64 * 1024
    /// Keys of a set: two while one takes over from the other, a few more where somebody keeps old ones.
    static let capacity = 32

    private struct Document: Decodable {
        var keys: [JSONWebKey]
    }

    /// By the bytes of the id (R78).
    private let keys: [[UInt8]: PublicKey]

    /// Takes the text of a set; the number of the key that is wrong, from 1, comes with the fault.
    ///
    /// Keys that are not for signatures are passed over. Any other that this service cannot use makes the whole set
    /// useless: an issuer that signs with it would be refused without anybody knowing why.
    init(parsing text: [UInt8]) throws(At) {
        guard text.count <= Self.bytes else { throw At(key: nil, fault: .tooLarge) }
        guard let checked = try? JSONFragment(parsing: text.span.bytes),
            let document = try? JSONDecoder().decode(Document.self, from: Data(checked.utf8))
        else { throw At(key: nil, fault: .noSet) }
        guard document.keys.count <= Self.capacity else { throw At(key: nil, fault: .tooMany) }
        var keys: [[UInt8]: PublicKey] = [:]
        for (index, key) in document.keys.enumerated() {
            do throws(KeySetFault) {
                guard !key.isSecret else { throw .secret }
                guard try key.isForSignatures() else { continue }
                guard let id = key.id.map({ Array($0.utf8) }), (1...128).contains(id.count) else { throw .name }
                guard keys.updateValue(try PublicKey(key), forKey: id) == nil else { throw .twice }
            } catch {
                throw At(key: index + 1, fault: error)
            }
        }
        guard !keys.isEmpty else { throw At(key: nil, fault: .empty) }
        self.keys = keys
    }

    subscript(id: [UInt8]) -> PublicKey? { keys[id] }

    /// Whether one key stands in both sets.
    package func shares(_ other: KeySet) -> Bool {
        let own = Set(keys.values.map(\.representation))
        return other.keys.values.contains { own.contains($0.representation) }
    }

    /// A fault and where it is.
    struct At: Error, Hashable {
        /// Nil is the set itself.
        var key: Int?
        var fault: KeySetFault
    }
}

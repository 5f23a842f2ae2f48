/// What is wrong with a key set, or with one key of it.
enum KeySetFault: Error, Sendable, Hashable {
    case unreadable(String)
    case noFile
    case writable
    case tooLarge
    case tooMany
    case noSet
    case empty
    case late
    case secret
    case name
    case twice
    case operations
    case unsupported
    case algorithm(String)
    case value(String)
    case size(bits: Int)

    /// What follows the name of the file, or of the key.
    var words: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .noFile: "is no file"
        case .writable: "can be changed by others than its owner: `chmod go-w` it"
        case .tooLarge: "has more than \(KeySet.bytes) bytes"
        case .tooMany: "has more than \(KeySet.capacity) keys"
        case .noSet: "is no key set: that is a JSON object with a list `keys` (RFC 7517)"
        case .empty: "has no key for signatures"
        case .late: "was not read within \(KeySetSource.patience)"
        case .secret: "is a private or shared key: it must not be here, and whoever could read it has it"
        case .name: "needs a `kid` of 1 to 128 bytes"
        case .twice: "has the `kid` of another key"
        case .operations: "has `key_ops` without `verify`: it may not check signatures"
        case .unsupported: "must be `OKP` with Ed25519, `EC` with P-256, or `RSA`"
        case .algorithm(let names): "must have the `alg` \(names), or none"
        case .value(let member): "has a bad `\(member)`"
        case .size(let bits):
            "has \(bits) bits: RSA wants \(PublicKey.rsaBits.lowerBound) to \(PublicKey.rsaBits.upperBound)"
        }
    }
}

/// Why a key set file cannot be used.
package struct KeySetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's path.
    let path: String
    /// Which key, counted from 1; nil where it is the file.
    let key: Int?
    let fault: KeySetFault

    /// A sentence for who runs the service.
    package var description: String {
        let place = key.map { "in the key set file \(path) key \($0)" } ?? "the key set file \(path)"
        return "\(place.prefix(1).uppercased())\(place.dropFirst()) \(fault.words)."
    }
}

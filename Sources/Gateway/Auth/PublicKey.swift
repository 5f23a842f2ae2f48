import Crypto
import CryptoExtras
import Foundation

/// One of an issuer's public keys, with the one algorithm that it is for (R57).
struct PublicKey: Sendable {
    private enum Material {
        case ed25519(Curve25519.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    /// Bits of an RSA key: below, it can be broken; above, each check costs too much.
    static let rsaBits = 2048...8192

    /// What the header of its tokens must name.
    let algorithm: String
    private let material: Material

    /// Takes a key of a set, which has to be one that this service can check signatures with.
    init(_ key: JSONWebKey) throws(KeySetFault) {
        switch (key.type, key.curve) {
        case ("OKP", "Ed25519"):
            // The second is the name that RFC 9864 gives to the same.
            algorithm = try key.algorithm(oneOf: ["EdDSA", "Ed25519"])
            let x = try key.bytes(key.x, "x", count: 32)
            guard let point = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else { throw .value("x") }
            material = .ed25519(point)
        case ("EC", "P-256"):
            algorithm = try key.algorithm(oneOf: ["ES256"])
            let (x, y) = (try key.bytes(key.x, "x", count: 32), try key.bytes(key.y, "y", count: 32))
            guard let point = try? P256.Signing.PublicKey(x963Representation: [4] + x + y) else {
                throw .value("x` or `y")
            }
            material = .p256(point)
        case ("RSA", _):
            algorithm = try key.algorithm(oneOf: ["RS256"])
            let (n, e) = (try key.bytes(key.n, "n"), try key.bytes(key.e, "e"))
            let digits = n.drop { $0 == 0 }
            let bits = digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
            guard Self.rsaBits.contains(bits) else { throw .size(bits: bits) }
            guard let modulus = try? _RSA.Signing.PublicKey(n: n, e: e) else { throw .value("n` or `e") }
            material = .rsa(modulus)
        default:
            throw .unsupported
        }
    }

    /// Whether `signature` is one of `message` by this key.
    func verify(_ signature: [UInt8], signs message: some DataProtocol) -> Bool {
        switch material {
        case .ed25519(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: message)
        case .p256(let key):
            // R and S, 32 bytes each (RFC 7518 §3.4), never the other form of them.
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .rsa(let key):
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key.isValidSignature(signature, for: message, padding: .insecurePKCS1v1_5)
        }
    }

    /// The key itself in bytes: equal ones are one key, whatever their names are.
    var representation: Data {
        switch material {
        case .ed25519(let key): key.rawRepresentation
        case .p256(let key): key.x963Representation
        case .rsa(let key): key.derRepresentation
        }
    }
}

import Crypto
import CryptoExtras
import Foundation

@testable import Gateway

/// A private key of each kind that issuers have, with its public half as it stands in a key set.
enum SigningKey: Sendable {
    case ed25519(Curve25519.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    /// One of each kind; making an RSA key takes a moment, so they are made once.
    static let samples: [SigningKey] = [
        .ed25519(Curve25519.Signing.PrivateKey()), .p256(P256.Signing.PrivateKey()),
        rsa(bits: 2048),
    ].compactMap(\.self)

    static func rsa(bits: Int) -> SigningKey? {
        (try? _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: bits))).map(SigningKey.rsa)
    }

    var algorithm: String {
        switch self {
        case .ed25519: "EdDSA"
        case .p256: "ES256"
        case .rsa: "RS256"
        }
    }

    /// The members of the public key.
    var members: [String: String] {
        switch self {
        case .ed25519(let key):
            ["kty": "OKP", "crv": "Ed25519", "x": base64URL(key.publicKey.rawRepresentation)]
        case .p256(let key):
            [
                "kty": "EC", "crv": "P-256", "x": base64URL(key.publicKey.rawRepresentation.prefix(32)),
                "y": base64URL(key.publicKey.rawRepresentation.suffix(32)),
            ]
        case .rsa(let key):
            ["kty": "RSA"].merging(rsaMembers(key)) { first, _ in first }
        }
    }

    private func rsaMembers(_ key: _RSA.Signing.PrivateKey) -> [String: String] {
        guard let numbers = try? key.publicKey.getKeyPrimitives() else { return [:] }
        return ["n": base64URL(numbers.modulus), "e": base64URL(numbers.publicExponent)]
    }

    /// The public key as an issuer publishes it.
    func entry(_ id: String? = nil, _ more: [String: String] = [:]) -> [String: String] {
        var entry = members.merging(more) { $1 }
        entry["kid"] = id
        return entry
    }

    /// What somebody who has only the public key may use as a secret: the bytes that publish it.
    var publicBytes: [Data] {
        switch self {
        case .ed25519(let key): [key.publicKey.rawRepresentation]
        case .p256(let key): [key.publicKey.x963Representation, Data(key.publicKey.pemRepresentation.utf8)]
        case .rsa(let key): [key.publicKey.derRepresentation, Data(key.publicKey.pemRepresentation.utf8)]
        }
    }

    func token(_ claims: String, header: String) throws -> String {
        let signed = base64URL(Data(header.utf8)) + "." + base64URL(Data(claims.utf8))
        return signed + "." + base64URL(try signature(of: Data(signed.utf8)))
    }

    private func signature(of message: Data) throws -> Data {
        switch self {
        case .ed25519(let key): try key.signature(for: message)
        case .p256(let key): try key.signature(for: message).rawRepresentation
        case .rsa(let key): try key.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation
        }
    }
}

/// The text of a key set.
func keySet(_ entries: [String: String]...) throws -> String {
    let object = ["keys": entries]
    return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
}

func base64URL(_ data: some DataProtocol) -> String {
    Base64URL.encode(Array(data))
}

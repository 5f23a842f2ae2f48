import Crypto

/// The key a client sends and the answer that proves the server understood it.
///
/// RFC 6455 §4.2.2; SHA-1 is no secret here, only a sign that no plain HTTP server answered.
enum HandshakeKey {
    /// Bytes of a key before base64.
    static let byteCount = 16

    /// Whether a field's value is the base64 of exactly 16 bytes: 22 characters and two of padding.
    static func isValid(_ value: some StringProtocol) -> Bool {
        let bytes = value.utf8
        return bytes.count == 24 && bytes.suffix(2).allSatisfy { $0 == UInt8(ascii: "=") }
            && bytes.prefix(22).allSatisfy(Base64.contains)
    }

    /// What `Sec-WebSocket-Accept` says to this key.
    static func accept(_ key: some StringProtocol) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: Array(key.utf8))
        hash.update(data: Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        return Base64.encode(Array(hash.finalize()))
    }

    static func random() -> [UInt8] {
        (0..<byteCount).map { _ in .random(in: .min ... .max) }
    }
}

/// How long a frame says it is, before anything is believed.
///
/// RFC 6455 §5.2 "Payload length": seven bits, or 16 or 64 more.
struct DeclaredLength {
    /// As it stands in the header; only `Int(exactly:)` makes an index of it.
    var value: UInt64
    /// Bytes before the payload, masking key included.
    var headerLength: Int
    /// Whether no shorter form could have said the same.
    var isMinimal: Bool

    /// Nil when the length is not wholly there yet; a masking key need not be.
    init?(parsing bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        let key = bytes[1] & 0x80 == 0 ? 0 : 4
        switch bytes[1] & 0x7F {
        case 126:
            guard bytes.count >= 4 else { return nil }
            value = UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
            headerLength = 4 + key
            isMinimal = value > 125
        case 127:
            guard bytes.count >= 10 else { return nil }
            value = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            headerLength = 10 + key
            isMinimal = value > 0xFFFF
        case let short:
            value = UInt64(short)
            headerLength = 2 + key
            isMinimal = true
        }
    }
}

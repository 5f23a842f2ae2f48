/// The first 2 to 14 bytes of a frame, checked.
///
/// RFC 6455 §5.2.
struct FrameHeader: Hashable {
    /// What a frame may look like where it stands.
    struct Rules {
        var role: Role
        /// A message has begun and is not finished: only continuations and control frames may follow, RFC 6455 §5.4.
        var insideMessage: Bool
        /// Whether a message's first frame may carry RSV1, which permessage-deflate gives a meaning, RFC 7692 §6.
        var allowsCompression: Bool
    }

    var opcode: Opcode
    var isFinal: Bool
    var isCompressed: Bool
    /// Bytes before the payload, masking key included.
    var headerLength: Int
    var payloadLength: Int
}

extension FrameHeader {
    /// Reads a header, nil when more bytes are needed.
    ///
    /// Every byte is judged as soon as it is there, in order, so that a peer's mistake is answered the same
    /// however its bytes were cut.
    init?(parsing bytes: UnsafeRawBufferPointer, rules: Rules) throws(Violation) {
        guard bytes.count > 0 else { return nil }
        let first = bytes[0]
        let opcode = try Self.opcode(of: first, rules: rules)
        guard bytes.count > 1 else { return nil }
        let second = bytes[1]
        guard (second & 0x80 != 0) == (rules.role == .server) else {
            throw .protocolError(rules.role == .server ? "frame is not masked" : "frame is masked")
        }
        guard !opcode.isControl || second & 0x7F <= 125 else { throw .protocolError("control frame over 125 bytes") }
        guard let declared = DeclaredLength(parsing: bytes) else { return nil }
        guard declared.isMinimal else { throw .protocolError("length is not in its shortest form") }
        // The RFC keeps the highest bit zero; what fits no Int is over every limit all the same.
        guard let length = Int(exactly: declared.value) else { throw .protocolError("length has its highest bit set") }
        guard bytes.count >= declared.headerLength else { return nil }
        self.init(
            opcode: opcode,
            isFinal: first & 0x80 != 0,
            isCompressed: first & 0x40 != 0,
            headerLength: declared.headerLength,
            payloadLength: length
        )
    }

    private static func opcode(of first: UInt8, rules: Rules) throws(Violation) -> Opcode {
        guard first & 0x30 == 0 else { throw .protocolError("reserved bit set") }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .protocolError("reserved opcode") }
        if first & 0x40 != 0 {
            guard rules.allowsCompression, opcode.messageKind != nil else { throw .protocolError("reserved bit set") }
        }
        if opcode.isControl {
            guard first & 0x80 != 0 else { throw .protocolError("fragmented control frame") }
        } else if opcode == .continuation {
            guard rules.insideMessage else { throw .protocolError("continuation without a message") }
        } else {
            guard !rules.insideMessage else { throw .protocolError("new message inside a message") }
        }
        return opcode
    }
}

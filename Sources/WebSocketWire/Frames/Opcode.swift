/// What a frame is for.
///
/// RFC 6455 §5.2; the values in between are reserved and refused.
enum Opcode: UInt8 {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    init(_ kind: MessageKind) {
        switch kind {
        case .text: self = .text
        case .binary: self = .binary
        }
    }

    /// Control frames are short, whole, and may stand between the fragments of a message.
    var isControl: Bool { rawValue & 0x8 != 0 }

    /// The kind of message a frame of this opcode begins, nil for those that begin none.
    var messageKind: MessageKind? {
        switch self {
        case .text: .text
        case .binary: .binary
        case .continuation, .close, .ping, .pong: nil
        }
    }
}

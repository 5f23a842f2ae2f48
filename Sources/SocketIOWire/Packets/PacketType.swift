/// The first character of a packet.
///
/// Socket.IO protocol v5, "Packet types".
enum PacketType: UInt8 {
    case connect = 0x30
    case disconnect = 0x31
    case event = 0x32
    case acknowledgement = 0x33
    case connectError = 0x34
    case binaryEvent = 0x35
    case binaryAcknowledgement = 0x36

    /// Whether attachments follow.
    var isBinary: Bool { self == .binaryEvent || self == .binaryAcknowledgement }

    /// Whether a number may or must say which event is meant.
    var takesID: Bool {
        switch self {
        case .event, .acknowledgement, .binaryEvent, .binaryAcknowledgement: true
        case .connect, .disconnect, .connectError: false
        }
    }
}

import NIOCore
import WebSocketWire

/// A frame written bit by bit, independent of the module's own writer, so that it can be wrong on purpose.
struct RawFrame {
    var fin = true
    var reserved: UInt8 = 0
    var opcode: UInt8
    var payload: [UInt8] = []
    /// Nil: not masked.
    var key: [UInt8]?
    /// Bytes of the extended length (0, 2 or 8); nil: the shortest that fits.
    var lengthForm: Int?
    /// What the header says, where it is not the payload's length.
    var declared: UInt64?

    /// As a peer of a machine with this role would send it.
    static func to(_ role: Role, _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true) -> RawFrame {
        RawFrame(fin: fin, opcode: opcode, payload: payload, key: role == .server ? [0x37, 0xFA, 0x21, 0x3D] : nil)
    }

    static func to(_ role: Role, _ opcode: UInt8, _ text: String, fin: Bool = true) -> RawFrame {
        to(role, opcode, Array(text.utf8), fin: fin)
    }

    /// The first frame of a compressed message (RFC 7692 §6).
    static func compressed(to role: Role, _ opcode: UInt8, _ payload: [UInt8], fin: Bool = true) -> RawFrame {
        var frame = to(role, opcode, payload, fin: fin)
        frame.reserved = 4
        return frame
    }

    var bytes: [UInt8] {
        let length = declared ?? UInt64(payload.count)
        let form = lengthForm ?? (length <= 125 ? 0 : length <= 0xFFFF ? 2 : 8)
        let short = form == 0 ? UInt8(truncatingIfNeeded: length) : form == 2 ? 126 : 127
        var bytes = [(fin ? 0x80 : 0) | reserved << 4 | opcode, (key == nil ? 0 : 0x80) | short]
        for place in (0..<form).reversed() { bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(8 * place))) }
        guard let key else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $0.element ^ key[$0.offset % 4] }
    }

    /// Reads one whole final frame of the module's own, compressed or not, and takes its mask off.
    init?(reading buffer: ByteBuffer) {
        var buffer = buffer
        guard let head = buffer.readBytes(length: 2), head[0] & 0xB0 == 0x80 else { return nil }
        reserved = head[0] >> 4 & 7
        opcode = head[0] & 0x0F
        let length: Int? =
            switch head[1] & 0x7F {
            case 126: buffer.readInteger(as: UInt16.self).map { Int($0) }
            case 127: buffer.readInteger(as: UInt64.self).map { Int($0) }
            case let short: Int(short)
            }
        if head[1] & 0x80 != 0 {
            guard let key = buffer.readBytes(length: 4) else { return nil }
            self.key = key
        }
        guard let length, let masked = buffer.readBytes(length: length), buffer.readableBytes == 0 else { return nil }
        payload = key.map { key in masked.enumerated().map { $0.element ^ key[$0.offset % 4] } } ?? masked
    }

    init(
        fin: Bool = true,
        reserved: UInt8 = 0,
        opcode: UInt8,
        payload: [UInt8] = [],
        key: [UInt8]? = nil,
        lengthForm: Int? = nil,
        declared: UInt64? = nil
    ) {
        self.fin = fin
        self.reserved = reserved
        self.opcode = opcode
        self.payload = payload
        self.key = key
        self.lengthForm = lengthForm
        self.declared = declared
    }
}

import NIOCore

extension PacketWriter {
    /// Appends the `4` of Engine.IO and what stands before the JSON.
    static func writeHead(
        _ type: PacketType,
        _ attachments: Int,
        _ namespace: String,
        _ id: UInt64?,
        into buffer: inout ByteBuffer
    ) {
        buffer.writeMultipleIntegers(UInt8(ascii: "4"), type.rawValue)
        if type.isBinary {
            buffer.write(decimal: UInt64(clamping: attachments))
            buffer.writeInteger(UInt8(ascii: "-"))
        }
        if namespace != "/" {
            buffer.writeString(namespace)
            buffer.writeInteger(UInt8(ascii: ","))
        }
        if let id { buffer.write(decimal: id) }
    }

    /// Bytes that ``writeHead(_:_:_:_:into:)`` appends.
    static func bytesOfHead(_ attachments: Int, _ namespace: String, _ id: UInt64?) -> Int {
        let count = attachments == 0 ? 0 : digits(of: UInt64(clamping: attachments)) &+ 1
        return 2 &+ count &+ (namespace == "/" ? 0 : namespace.utf8.count &+ 1) &+ (id.map(digits) ?? 0)
    }

    private static func digits(of value: UInt64) -> Int {
        var (count, rest) = (1, value)
        while rest >= 10 {
            rest /= 10
            count &+= 1
        }
        return count
    }
}

extension ByteBuffer {
    /// Appends bytes as they are.
    mutating func write(_ bytes: RawSpan) {
        _ = bytes.withUnsafeBytes { writeBytes($0) }
    }

    /// Appends a number in decimal.
    mutating func write(decimal value: UInt64) {
        guard value >= 10 else {
            writeInteger(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
            return
        }
        writeString(String(value))
    }
}

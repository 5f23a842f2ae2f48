import NIOCore

extension ByteBuffer {
    /// Appends a JSON text with its quotes, escaped no more than JSON wants.
    mutating func writeJSON(text: String) {
        writeInteger(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(Self.isPlain) {
            writeString(text)
        } else {
            for byte in text.utf8 { write(escaping: byte) }
        }
        writeInteger(UInt8(ascii: "\""))
    }

    /// Bytes that ``writeJSON(text:)`` writes.
    static func bytes(ofJSON text: String) -> Int {
        text.utf8.reduce(2) { $0 &+ (isPlain($1) ? 1 : $1 < 0x20 ? 6 : 2) }
    }

    private mutating func write(escaping byte: UInt8) {
        if byte < 0x20 {
            writeStaticString("\\u00")
            writeInteger(UInt8(ascii: "0") &+ byte >> 4)
            writeInteger(byte & 15 < 10 ? UInt8(ascii: "0") &+ byte & 15 : UInt8(ascii: "a") &+ (byte & 15) &- 10)
        } else if Self.isPlain(byte) {
            writeInteger(byte)
        } else {
            writeMultipleIntegers(UInt8(ascii: "\\"), byte)
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}

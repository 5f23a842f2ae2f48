/// The four numbers that open a packet, each of four bytes, the highest first.
struct MediaPrefix {
    var total: UInt32
    var headerLength: UInt32
    var type: UInt32
    var sequence: UInt32

    init(total: UInt32, headerLength: UInt32, type: UInt32, sequence: UInt32) {
        self.total = total
        self.headerLength = headerLength
        self.type = type
        self.sequence = sequence
    }

    /// Nil where there are fewer than sixteen bytes.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= MediaPacket.prefixBytes else { return nil }
        func number(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        self.init(total: number(0), headerLength: number(4), type: number(8), sequence: number(12))
    }

    func write(to output: inout [UInt8]) {
        for number in [total, headerLength, type, sequence] {
            for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
        }
    }
}

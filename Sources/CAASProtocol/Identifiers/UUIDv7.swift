/// A UUID of version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then a counter and random bits.
public struct UUIDv7: Hashable, Sendable, CustomStringConvertible {
    /// The upper 64 bits.
    public let high: UInt64
    /// The lower 64 bits.
    public let low: UInt64

    /// The canonical form, lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            write { text[$0] = $1 }
            return 36
        }
    }

    /// Writes the 36 bytes of the canonical form, each with its place.
    package func write(_ put: (Int, UInt8) -> Void) {
        var place = 0
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                put(place, UInt8(ascii: "-"))
                place += 1
            }
            let word = digit < 16 ? high : low
            let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15))) & 15
            put(place, value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
            place += 1
        }
    }

    /// Makes UUIDs that only go up, whatever the clock does.
    ///
    /// Confined to its owner; each maker starts from random bits of its own.
    public struct Maker: Sendable {
        private var milliseconds: UInt64 = 0
        private var counter: UInt64 = 0
        private let node = UInt64.random(in: 0...UInt64.max)

        /// A maker that has made nothing.
        public init() {}

        /// The next one, at `now` Unix milliseconds.
        public mutating func next(now: Int64) -> UUIDv7 {
            let now = UInt64(clamping: now) & 0xFFFF_FFFF_FFFF
            if now > milliseconds {
                milliseconds = now
                counter = 0
            } else {
                counter += 1
                if counter > 0xF_FFFF {
                    milliseconds += 1
                    counter = 0
                }
            }
            // The counter fills rand_a and the first eight bits of rand_b: a million a millisecond.
            let high = milliseconds << 16 | 0x7000 | counter >> 8
            let low = 0x8000_0000_0000_0000 | (counter & 0xFF) << 54 | node >> 10
            return UUIDv7(high: high, low: low)
        }
    }
}

/// The server's name for one stored message: opaque to clients, unique, and cheap to find the row by.
///
/// Base32 of the conversation's random handle, the place in the conversation, and a check that catches typing errors.
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
    /// The text on the wire.
    public let rawValue: String

    /// Takes any text a client may send as a message id; one that this service never made has no ``location``.
    ///
    /// Nil where the text does not match the pattern of R1 (64 characters at most).
    public init?(_ rawValue: String) {
        guard IdentifierPattern.frame.matches(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// The id of the message at `location`.
    public init(_ location: Location) {
        rawValue = Self.encode(location)
    }

    /// Takes a text that matches.
    init(checked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The text on the wire.
    public var description: String { rawValue }

    /// Where the message stands; nil for a text that this service never made.
    public var location: Location? { Self.decode(rawValue.utf8) }

    /// Where a message stands.
    public struct Location: Hashable, Sendable {
        /// The conversation's handle: a random 64-bit number, so that ids tell nothing about how many there are.
        public let handle: UInt64
        /// The message's place in its conversation, from 1.
        public let seq: Int64

        /// Makes a location.
        public init(handle: UInt64, seq: Int64) {
            self.handle = handle
            self.seq = seq
        }
    }

    // MARK: Text form: 13 digits of the handle, 2 of the check, 1 to 13 of the seq, most significant first.

    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    /// The value of each byte that is a digit; 255 for the others.
    private static let values = (UInt8.min...UInt8.max).map { UInt8(digits.firstIndex(of: $0) ?? 255) }

    private static func encode(_ location: Location) -> String {
        let seq = UInt64(clamping: location.seq)
        let seqDigits = max(1, (64 - seq.leadingZeroBitCount + 4) / 5)
        return String(unsafeUninitializedCapacity: 15 + seqDigits) { text in
            for place in 0..<13 {
                text[place] = digits[Int(truncatingIfNeeded: (location.handle >> UInt64(60 - 5 * place)) & 31)]
            }
            let check = check(location.handle, seq)
            text[13] = digits[Int(check >> 5)]
            text[14] = digits[Int(check & 31)]
            for place in 0..<seqDigits {
                text[15 + place] =
                    digits[Int(truncatingIfNeeded: (seq >> UInt64(5 * (seqDigits - 1 - place))) & 31)]
            }
            return 15 + seqDigits
        }
    }

    private static func decode(_ text: String.UTF8View) -> Location? {
        guard (16...28).contains(text.count) else { return nil }
        var handle: UInt64 = 0
        var check: UInt64 = 0
        var seq: UInt64 = 0
        for (place, byte) in text.enumerated() {
            let value = UInt64(values[Int(byte)])
            guard value < 32 else { return nil }
            switch place {
            case 0 where value > 15: return nil
            case 0..<13: handle = handle << 5 | value
            case 13..<15: check = check << 5 | value
            // A leading zero would be a second spelling of the same id.
            case 15 where value == 0: return nil
            default:
                guard seq <= UInt64(Int64.max) >> 5 else { return nil }
                seq = seq << 5 | value
            }
        }
        guard check == self.check(handle, seq), let seq = Int64(exactly: seq), seq > 0 else { return nil }
        return Location(handle: handle, seq: seq)
    }

    /// Ten bits that change with every digit of the id.
    private static func check(_ handle: UInt64, _ seq: UInt64) -> UInt64 {
        var mixed = handle ^ (seq &* 0x9E37_79B9_7F4A_7C15)
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ (mixed >> 31)) & 1023
    }
}

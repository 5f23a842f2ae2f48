import Foundation

/// JSON as Foundation reads it: what the project's strict scanner is held against.
enum FoundationJSON {
    /// A value whose numbers are doubles and whose texts are bytes, so that nothing is equal but by value.
    ///
    /// Foundation goes by way of decimals of its own, so that the last bits of a number depend on its spelling.
    indirect enum Value: Equatable {
        case null
        case flag(Bool)
        case number(Double)
        case text([UInt8])
        case list([Value])
        case object([[UInt8]: Value])

        static func == (one: Value, other: Value) -> Bool {
            switch (one, other) {
            case (.null, .null): true
            case (.flag(let one), .flag(let other)): one == other
            case (.number(let one), .number(let other)): abs(one - other) <= abs(one) * 1e-12
            case (.text(let one), .text(let other)): one == other
            case (.list(let one), .list(let other)): one == other
            case (.object(let one), .object(let other)): one == other
            default: false
            }
        }
    }

    /// Nil where Foundation refuses the bytes.
    static func value(_ bytes: [UInt8]) -> Value? {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)).map(value)
    }

    /// Whether both are expected to agree on what is JSON.
    ///
    /// Foundation guesses UTF-16 and UTF-32 from NULs and byte order marks, wants numbers that fit a double, and takes a
    /// comma before the end of a list or an object.
    static func isComparable(_ bytes: [UInt8]) -> Bool {
        let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]]
        guard !bytes.contains(0), !marks.contains(where: { bytes.starts(with: $0) }) else { return false }
        var digits = 0
        var last: UInt8 = 0
        var isExponent = false
        for byte in bytes where ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
            if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"), last == UInt8(ascii: ",") { return false }
            switch byte {
            case UInt8(ascii: "e"), UInt8(ascii: "E"): (isExponent, digits) = (true, 0)
            case UInt8(ascii: "+"), UInt8(ascii: "-"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            default: (isExponent, digits) = (false, 0)
            }
            // Some of these stand in texts; enough documents are left without them.
            if isExponent, digits > 2 { return false }
            last = byte
        }
        return true
    }

    private static func value(_ any: Any) -> Value {
        switch any {
        case let members as [String: Any]:
            .object(Dictionary(members.map { (Array($0.key.utf8), value($0.value)) }) { first, _ in first })
        case let elements as [Any]: .list(elements.map(value))
        case let text as String: .text(Array(text.utf8))
        case let number as NSNumber:
            // Both are numbers there; only the type they were made from tells them apart.
            String(cString: number.objCType) == "c" ? .flag(number.boolValue) : .number(number.doubleValue)
        default: .null
        }
    }
}

/// What a JSON text that was read stands for.
enum JSONText {
    /// The characters between the quotes at `start` and before `end`; half of a surrogate pair becomes U+FFFD.
    static func unescaped(_ bytes: RawSpan, from start: Int, to end: Int) -> String {
        var units: [UInt16] = []
        var place = start &+ 1
        while place &+ 1 < end {
            let plain = place
            while place &+ 1 < end, bytes.byte(at: place) != UInt8(ascii: "\\") { place &+= 1 }
            units.append(contentsOf: bytes.text(from: plain, to: place).utf16)
            guard place &+ 1 < end else { break }
            let letter = bytes.byte(at: place &+ 1)
            place &+= 2
            if letter == UInt8(ascii: "u") {
                units.append(unit(bytes, at: place))
                place &+= 4
            } else {
                units.append(UInt16(character(letter)))
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static func unit(_ bytes: RawSpan, at place: Int) -> UInt16 {
        var value: UInt16 = 0
        for offset in 0..<4 {
            let byte = bytes.byte(at: place &+ offset)
            let digit = byte <= UInt8(ascii: "9") ? byte &- UInt8(ascii: "0") : (byte | 0x20) &- UInt8(ascii: "a") &+ 10
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// What a letter behind a backslash stands for.
    private static func character(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }
}

/// JSON documents of all kinds, and damage to them.
enum RandomJSON {
    static func document(using random: inout SeededGenerator) -> [UInt8] {
        var output: [UInt8] = []
        value(&output, depth: 0, using: &random)
        return output
    }

    /// Changes, drops, doubles or adds a few bytes.
    static func damage(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        let spice = Array("{}[]\",:\\u0eE+-.19 tn\n\u{1}/é".utf8) + [0x80, 0xC0, 0xED, 0xF5, 0xFF]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let place = bytes.indices.randomElement(using: &random) else { return }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = spice[Int.random(in: spice.indices, using: &random)]
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(spice[Int.random(in: spice.indices, using: &random)], at: place)
            case 3: bytes.insert(bytes[place], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
    }

    /// An object whose members have different names.
    static func object(_ output: inout [UInt8], depth: Int, using random: inout SeededGenerator) {
        output.append(UInt8(ascii: "{"))
        space(&output, using: &random)
        for place in 0..<Int.random(in: 0...5, using: &random) {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            space(&output, using: &random)
            // The number makes it a name of its own.
            text(&output, start: "\(place)", using: &random)
            space(&output, using: &random)
            output.append(UInt8(ascii: ":"))
            space(&output, using: &random)
            value(&output, depth: depth + 1, using: &random)
            space(&output, using: &random)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func value(_ output: inout [UInt8], depth: Int, using random: inout SeededGenerator) {
        switch Int.random(in: 0..<(depth > 5 ? 5 : 8), using: &random) {
        case 0: output += Array("null".utf8)
        case 1: output += Array("true".utf8)
        case 2: output += Array("false".utf8)
        case 3: number(&output, using: &random)
        case 4: text(&output, using: &random)
        case 5:
            output.append(UInt8(ascii: "["))
            for place in 0..<Int.random(in: 0...4, using: &random) {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                space(&output, using: &random)
                value(&output, depth: depth + 1, using: &random)
                space(&output, using: &random)
            }
            output.append(UInt8(ascii: "]"))
        default: object(&output, depth: depth, using: &random)
        }
    }

    private static func number(_ output: inout [UInt8], using random: inout SeededGenerator) {
        let whole = Int64.random(in: -1_000...1_000, using: &random)
        var text = "\(Bool.random(using: &random) ? whole : whole * 1_000_000_007)"
        if Bool.random(using: &random) { text += ".\(Int.random(in: 0...99_999, using: &random))" }
        if Int.random(in: 0..<3, using: &random) == 0 {
            text += ["e", "E"].randomElement(using: &random) ?? "e"
            text += ["", "+", "-"].randomElement(using: &random) ?? ""
            text += "\(Int.random(in: 0...20, using: &random))"
        }
        output += Array(text.utf8)
    }

    private static func text(_ output: inout [UInt8], start: String = "", using random: inout SeededGenerator) {
        let parts = [
            "a", "plain words", "é", "€", "😀", "\u{7F}", "\u{2028}", "e\u{301}", "\\\"", "\\\\", "\\/", "\\b", "\\f",
            "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\uD83D\\uDE00", "\\u001f", "\\uffff", "/", "'",
        ]
        var text = "\"" + start
        for _ in 0..<Int.random(in: 0...8, using: &random) { text += parts.randomElement(using: &random) ?? "" }
        output += Array((text + "\"").utf8)
    }

    private static func space(_ output: inout [UInt8], using random: inout SeededGenerator) {
        guard Int.random(in: 0..<4, using: &random) == 0 else { return }
        output += Array([" ", "\n", "\t", "\r\n  "].randomElement(using: &random)?.utf8 ?? "".utf8)
    }
}

/// One line of the log while it is put together.
struct LogLine {
    /// Characters of one value; what is longer is cut.
    static let longest = 1_024

    private let format: LogFormat
    private var text = ""

    init(_ format: LogFormat) {
        self.format = format
    }

    /// Adds a field; the first three stand in words without their names.
    mutating func add(_ name: String, text value: String) {
        let value = String(value.unicodeScalars.prefix(Self.longest))
        begin(name)
        switch format {
        case .json: text += Self.quoted(value)
        case .text: text += Self.isPlain(value) ? value : Self.quoted(value)
        }
    }

    mutating func add(_ name: String, number: some BinaryInteger) {
        begin(name)
        text += "\(number)"
    }

    func finished() -> String {
        format == .json ? text + "}\n" : text + "\n"
    }

    private mutating func begin(_ name: String) {
        switch format {
        case .json: text += (text.isEmpty ? "{" : ",") + Self.quoted(name) + ":"
        case .text:
            if !text.isEmpty { text += " " }
            if !["time", "level", "event"].contains(name) { text += name + "=" }
        }
    }

    /// Whether a value may stand in words as it is.
    private static func isPlain(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
    }

    /// A JSON text (RFC 8259 §7) that no terminal takes for a command either.
    private static func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

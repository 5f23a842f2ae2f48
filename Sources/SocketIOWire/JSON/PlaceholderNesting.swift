/// Finds the placeholders of attachments, at any depth, and refuses those that name none.
///
/// A placeholder is an object whose `_placeholder` is true, whatever else is in it; `num` counts attachments from 0. Of a member
/// that stands twice the last one counts, as in JavaScript.
struct PlaceholderNesting: JSONNesting {
    private struct Level {
        enum Member: UInt8 {
            case mark
            case number
            case other
        }

        let isObject: Bool
        /// The member whose value comes next.
        var member = Member.other
        var isPlaceholder = false
        /// Nil where there is none, or none that is a plain integer.
        var number: UInt16?
    }

    private let attachments: Int
    private var levels: [Level] = []
    /// Which attachment the whole value stands for.
    private(set) var whole: Int?

    init(attachments: Int) { self.attachments = attachments }

    var isInside: Bool { !levels.isEmpty }
    var isObject: Bool { levels.last?.isObject ?? false }

    mutating func open(isObject: Bool) {
        // A list or an object is no mark and no number.
        set(isPlaceholder: false, number: nil)
        levels.append(Level(isObject: isObject))
    }

    mutating func name(_ bytes: RawSpan, from start: Int, to end: Int, hasEscapes: Bool) {
        update { level in
            if hasEscapes {
                switch JSONText.unescaped(bytes, from: start, to: end) {
                case "_placeholder": level.member = .mark
                case "num": level.member = .number
                default: level.member = .other
                }
            } else if bytes.spells("\"_placeholder\"", from: start, to: end) {
                level.member = .mark
            } else {
                level.member = bytes.spells("\"num\"", from: start, to: end) ? .number : .other
            }
        }
    }

    mutating func scalar(_ bytes: RawSpan, from start: Int, to end: Int) {
        let number = PacketHead.decimal(bytes, from: start, to: end)
        set(isPlaceholder: bytes.spells("true", from: start, to: end), number: number.flatMap(UInt16.init(exactly:)))
    }

    mutating func close() throws(Malformed) {
        guard let level = levels.popLast(), level.isPlaceholder else { return }
        guard let number = level.number, number < attachments else {
            throw Malformed("placeholder names no attachment")
        }
        if levels.isEmpty { whole = Int(number) }
    }

    private mutating func set(isPlaceholder: Bool, number: UInt16?) {
        update { level in
            switch level.member {
            case .mark: level.isPlaceholder = isPlaceholder
            case .number: level.number = number
            case .other: break
            }
        }
    }

    /// Changes the innermost level, where there is one.
    private mutating func update(_ change: (inout Level) -> Void) {
        guard var level = levels.popLast() else { return }
        change(&level)
        levels.append(level)
    }
}

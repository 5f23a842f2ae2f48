/// What the scanner is inside of, from the outside in; hears what it passes.
///
/// A list in memory instead of calls inside calls: however deep a peer nests, it costs this, and never the stack.
protocol JSONNesting {
    /// Whether the scanner is inside of any list or object.
    var isInside: Bool { get }
    /// Whether the innermost one is an object.
    var isObject: Bool { get }

    mutating func open(isObject: Bool)
    /// A member's name, with its quotes.
    mutating func name(_ bytes: RawSpan, from start: Int, to end: Int, hasEscapes: Bool)
    /// A value that is neither list nor object.
    mutating func scalar(_ bytes: RawSpan, from start: Int, to end: Int)
    mutating func close() throws(Malformed)
}

/// Nothing but the brackets that are open: one bit each, the first 64 of them without memory of their own.
struct BracketNesting: JSONNesting {
    /// The innermost brackets, the last one lowest; a set bit is an object.
    private var bits: UInt64 = 0
    private var depth = 0
    /// Whole words of brackets further out.
    private var outer: [UInt64] = []

    var isInside: Bool { depth > 0 }
    var isObject: Bool { bits & 1 == 1 }

    @inline(__always)
    mutating func open(isObject: Bool) {
        if depth == UInt64.bitWidth {
            outer.append(bits)
            depth = 0
        }
        bits = bits << 1 | (isObject ? 1 : 0)
        depth &+= 1
    }

    @inline(__always)
    mutating func name(_ bytes: RawSpan, from start: Int, to end: Int, hasEscapes: Bool) {}

    @inline(__always)
    mutating func scalar(_ bytes: RawSpan, from start: Int, to end: Int) {}

    @inline(__always)
    mutating func close() {
        bits >>= 1
        depth &-= 1
        if depth == 0, let word = outer.popLast() {
            bits = word
            depth = UInt64.bitWidth
        }
    }
}

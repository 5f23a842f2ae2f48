/// Numbers that follow from an input's first bytes, so that the same input always does the same (SplitMix64).
struct Choices {
    private var state: UInt64

    /// Takes the first bytes of an input.
    init(_ bytes: some Sequence<UInt8>) {
        state = bytes.reduce(0x2545_F491_4F6C_DD1D) { ($0 ^ UInt64($1)) &* 0x9E37_79B9_7F4A_7C15 }
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of `0..<count`.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// One of several values.
    mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }

    /// Cuts bytes into pieces as a network might: mostly short ones, of a length that differs from input to input.
    mutating func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        let longest = one(of: [2, 7, 40, 300, 5_000])
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = 1 + below(longest)
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}

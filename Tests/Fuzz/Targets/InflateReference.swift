/// RFC 1951's reading of compressed bytes, put down as the RFC says it and without regard to cost.
///
/// The service's inflater, which is zlib's, is held against it. Of sets of codes that are not complete it takes what zlib takes:
/// one code of one bit, and for distances none at all.
struct InflateReference {
    /// The bytes are no compressed ones.
    struct Bad: Error {}

    /// What a payload says, as far as it can be read.
    private(set) var output: [UInt8] = []
    /// The farthest that a repetition reaches back.
    private(set) var farthest = 0

    private let input: [UInt8]
    private let longest: Int
    /// Bits that have been read.
    private var position = 0
    /// Where in the output the stream begins that is being read: nothing may be repeated from before.
    private var start = 0

    /// - Parameter longest: Once there is more, reading stops.
    init(_ input: [UInt8], longest: Int) {
        self.input = input
        self.longest = longest
    }

    /// Whether more came out than was wanted.
    var isTooLong: Bool { output.count > longest }

    /// Reads a message's whole payload, without the four bytes that senders leave out (RFC 7692 §7.2.2).
    static func message(_ payload: [UInt8], longest: Int) -> (reading: InflateReference, isGood: Bool) {
        var reference = InflateReference(payload + [0x00, 0x00, 0xFF, 0xFF], longest: longest)
        guard !payload.isEmpty else { return (reference, true) }
        do throws(Bad) {
            while reference.position < reference.input.count * 8, !reference.isTooLong {
                let isLast = try reference.readBlock()
                guard isLast else { continue }
                reference.position = (reference.position + 7) / 8 * 8
                reference.start = reference.output.count
                // Nothing need follow a last block; what ends with the four bytes alone has not ended before.
                if reference.position == payload.count * 8 { return (reference, true) }
                if reference.position == reference.input.count * 8 { throw Bad() }
            }
            return (reference, !reference.isTooLong)
        } catch {
            return (reference, false)
        }
    }

    /// Reads what there is of a payload that is cut off, and stops at whatever cannot be read.
    static func beginning(_ payload: [UInt8], longest: Int) -> [UInt8] {
        var reference = InflateReference(payload, longest: longest)
        do throws(Bad) {
            while reference.position < reference.input.count * 8, !reference.isTooLong {
                guard try reference.readBlock() else { continue }
                reference.position = (reference.position + 7) / 8 * 8
                reference.start = reference.output.count
            }
        } catch {
            // The end, or as good as it.
        }
        return reference.output
    }

    // MARK: Blocks

    /// Whether it was the last one.
    private mutating func readBlock() throws(Bad) -> Bool {
        let isLast = try bits(1) == 1
        switch try bits(2) {
        case 0: try readStored()
        case 1:
            guard let literals = Self.fixedLiterals, let distances = Self.fixedDistances else { throw Bad() }
            try readCoded(literals, distances)
        case 2:
            let (literals, distances) = try readCodes()
            try readCoded(literals, distances)
        default: throw Bad()
        }
        return isLast
    }

    private mutating func readStored() throws(Bad) {
        position = (position + 7) / 8 * 8
        let length = try bits(16)
        guard try bits(16) == ~length & 0xFFFF else { throw Bad() }
        for _ in 0..<length {
            output.append(UInt8(try bits(8)))
            if isTooLong { return }
        }
    }

    private mutating func readCoded(_ literals: HuffmanReference, _ distances: HuffmanReference) throws(Bad) {
        while !isTooLong {
            let symbol = try decode(literals)
            switch symbol {
            case 0..<256: output.append(UInt8(symbol))
            case 256: return
            case 257..<286:
                let place = symbol - 257
                let length = Self.lengths[place].base + (try bits(Self.lengths[place].extra))
                let code = try decode(distances)
                guard code < 30 else { throw Bad() }
                let distance = Self.distances[code].base + (try bits(Self.distances[code].extra))
                guard distance <= output.count - start else { throw Bad() }
                farthest = max(farthest, distance)
                for _ in 0..<length { output.append(output[output.count - distance]) }
            default: throw Bad()
            }
        }
    }

    private mutating func readCodes() throws(Bad) -> (HuffmanReference, HuffmanReference) {
        let literals = 257 + (try bits(5))
        let distances = 1 + (try bits(5))
        let count = 4 + (try bits(4))
        guard literals <= 286, distances <= 30 else { throw Bad() }
        var lengths = [Int](repeating: 0, count: 19)
        for place in 0..<count {
            lengths[[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15][place]] = try bits(3)
        }
        guard let code = HuffmanReference(lengths, takesOne: false) else { throw Bad() }
        var all: [Int] = []
        while all.count < literals + distances {
            let symbol = try decode(code)
            guard symbol >= 16 else {
                all.append(symbol)
                continue
            }
            guard symbol > 16 || !all.isEmpty else { throw Bad() }
            let value = symbol == 16 ? all[all.count - 1] : 0
            let times = symbol == 16 ? 3 + (try bits(2)) : symbol == 17 ? 3 + (try bits(3)) : 11 + (try bits(7))
            all += Array(repeating: value, count: times)
        }
        guard all.count == literals + distances, all[256] > 0,
            let first = HuffmanReference(Array(all[..<literals]), takesOne: true),
            let second = HuffmanReference(Array(all[literals...]), takesOne: true)
        else { throw Bad() }
        return (first, second)
    }

    // MARK: Bits

    private mutating func bits(_ count: Int) throws(Bad) -> Int {
        var value = 0
        for place in 0..<count {
            guard position < input.count * 8 else { throw Bad() }
            value |= Int(input[position / 8] >> UInt8(position % 8) & 1) << place
            position += 1
        }
        return value
    }

    private mutating func decode(_ code: HuffmanReference) throws(Bad) -> Int {
        var bitsRead = 0
        for length in 1...15 {
            bitsRead = bitsRead << 1 | (try bits(1))
            if let symbol = code.symbol(bitsRead, length) { return symbol }
        }
        throw Bad()
    }

    // MARK: Tables of the RFC, §3.2.5 and §3.2.6

    private static let fixedLiterals = HuffmanReference(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 },
        takesOne: false
    )
    private static let fixedDistances = HuffmanReference([Int](repeating: 5, count: 32), takesOne: false)

    private static let lengths: [(base: Int, extra: Int)] = {
        let extras = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
        return table(from: 3, extras) + [(base: 258, extra: 0)]
    }()

    private static let distances: [(base: Int, extra: Int)] = table(
        from: 1,
        (0..<30).map { max(0, $0 / 2 - 1) }
    )

    private static func table(from first: Int, _ extras: [Int]) -> [(base: Int, extra: Int)] {
        var base = first
        return extras.map { extra in
            defer { base += 1 << extra }
            return (base: base, extra: extra)
        }
    }
}

/// A set of Huffman codes (RFC 1951 §3.2.2).
struct HuffmanReference {
    private let symbols: [Int: Int]

    /// Nil where the lengths make no set that is taken.
    ///
    /// - Parameter takesOne: Whether one code of one bit, or none at all, is.
    init?(_ lengths: [Int], takesOne: Bool) {
        var left = 1
        for length in 1...15 {
            left = left * 2 - lengths.count { $0 == length }
            guard left >= 0 else { return nil }
        }
        let used = lengths.filter { $0 > 0 }
        guard left == 0 || (takesOne && (used.isEmpty || used == [1])) else { return nil }
        var code = 0
        var symbols: [Int: Int] = [:]
        for length in 1...15 {
            code <<= 1
            for (symbol, own) in lengths.enumerated() where own == length {
                symbols[length << 16 | code] = symbol
                code += 1
            }
        }
        self.symbols = symbols
    }

    func symbol(_ bits: Int, _ length: Int) -> Int? { symbols[length << 16 | bits] }
}

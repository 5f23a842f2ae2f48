import CAASProtocol
import Testing

@Suite("The server's message ids")
struct MessageIDTests {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `an id tells its place again`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let width = Int.random(in: 1...63, using: &random)
        let place = MessageID.Location(
            handle: .random(in: 0...UInt64.max, using: &random),
            seq: .random(in: 1...(Int64.max >> (63 - width)), using: &random)
        )
        let id = MessageID(place)
        #expect(id.location == place, "seed \(seed)")
        #expect(MessageID(id.rawValue) == id)
        #expect((16...28).contains(id.rawValue.utf8.count))
    }

    @Test(
        arguments: [(0, 1), (.max, .max), (.max, 1), (0, .max), (1, 31), (1, 32), (1 << 63, 1 << 62)]
            as [(UInt64, Int64)]
    )
    func `the ends of the ranges are kept`(handle: UInt64, seq: Int64) {
        let place = MessageID.Location(handle: handle, seq: seq)
        #expect(MessageID(place).location == place)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `nearly every single wrong character is noticed`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let place = MessageID.Location(
            handle: .random(in: 0...UInt64.max, using: &random),
            seq: .random(in: 1...1_000_000, using: &random)
        )
        let id = Array(MessageID(place).rawValue)
        var tried = 0
        var believed = 0
        for position in id.indices {
            for digit in Self.digits where digit != id[position] {
                var wrong = id
                wrong[position] = digit
                tried += 1
                if MessageID(String(wrong))?.location != nil { believed += 1 }
            }
        }
        // Ten bits let one of 1,024 pass by chance: of some 560, more than 8 would be one run in millions.
        #expect(tried > 450, "seed \(seed)")
        #expect(believed <= 8, "seed \(seed)")
    }

    @Test(arguments: [
        "", "m1", "0000000000000000", "zzzzzzzzzzzzzzzz", "ABCDEFGHJKMNPQRS", "il0000000000000u", letters(29),
        letters(16),
    ])
    func `a text that the service never made has no place`(text: String) {
        #expect(MessageID(text)?.location == nil)
    }

    @Test func `a zero before the seq is no second spelling`() {
        let id = MessageID(MessageID.Location(handle: 5, seq: 7)).rawValue
        let padded = id.prefix(15) + "0" + id.suffix(1)
        #expect(MessageID(String(padded))?.location == nil)
    }
}

import CAASProtocol
import Testing

@Suite("UUIDs of version 7, RFC 9562 §5.7")
struct UUIDv7Tests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `they only go up, under a clock that jumps back`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var maker = UUIDv7.Maker()
        var now: Int64 = 1_705_654_321_000
        var last = ""
        for _ in 0..<2_000 {
            now += Int64.random(in: 0..<4, using: &random) == 0 ? .random(in: -5_000...2_000, using: &random) : 0
            let next = maker.next(now: now).description
            #expect(next > last, "seed \(seed)")
            last = next
        }
    }

    @Test func `a million and more in one millisecond go on into the next`() {
        var maker = UUIDv7.Maker()
        var last = maker.next(now: 1)
        for _ in 0..<1_100_000 {
            let next = maker.next(now: 1)
            if (next.high, next.low) <= (last.high, last.low) {
                Issue.record("\(next) after \(last)")
                return
            }
            last = next
        }
        #expect(last.high >> 16 == 2)
    }

    @Test(arguments: [0, 1, 1_705_654_321_000, 0xFFFF_FFFF_FFFF] as [Int64])
    func `they say their version, variant and time`(now: Int64) {
        var maker = UUIDv7.Maker()
        let id = maker.next(now: now)
        let text = id.description
        #expect(text.utf8.count == 36)
        #expect(text.dropFirst(14).first == "7")
        #expect(id.low >> 62 == 0b10)
        #expect(id.high >> 16 == UInt64(now))
        #expect(text.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(text.allSatisfy { $0 == "-" || $0.isHexDigit && !$0.isUppercase })
    }

    @Test func `a clock before 1970 or far beyond does no harm`() {
        var maker = UUIDv7.Maker()
        _ = maker.next(now: .min)
        _ = maker.next(now: .max)
        #expect(maker.next(now: 0).description.utf8.count == 36)
    }

    @Test func `two makers never make the same`() {
        var one = UUIDv7.Maker()
        var other = UUIDv7.Maker()
        #expect(one.next(now: 5) != other.next(now: 5))
    }
}

import TestSupport
import Testing

@testable import WebSocketWire

@Suite("Incremental UTF-8, RFC 6455 §8.1") struct UTF8CheckerTests {
    private func check(_ bytes: some Sequence<UInt8>) -> (valid: Bool, complete: Bool) {
        var checker = UTF8Checker()
        let valid = Array(bytes).withUnsafeBytes { checker.check($0) }
        return (valid, checker.isComplete)
    }

    @Test func `every scalar is taken, and only at its end complete`() {
        // The number is prime, so every last byte comes after every lead byte.
        let borders: [UInt32] = [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0x10FFFF]
        for number in borders + Array(stride(from: 0, through: 0x10FFFF, by: 31)) {
            guard let scalar = Unicode.Scalar(number) else { continue }
            let bytes = Array(UTF8.encode(scalar) ?? .init())
            #expect(check(bytes) == (true, true), "U+\(String(number, radix: 16))")
            guard bytes.count > 1 else { continue }
            #expect(check(bytes.dropLast()) == (true, false), "U+\(String(number, radix: 16))")
        }
    }

    @Test func `all three-byte beginnings are judged as the standard library judges them`() {
        // What can still become valid is known from trying to complete it.
        let endings: [[UInt8]] =
            [[], [0x80], [0x90], [0xBF], [0x80, 0x80], [0x90, 0x80], [0xA0, 0x80], [0x90, 0x80, 0x80]]
            + [[0x8F, 0x80, 0x80], [0xA0, 0x80, 0x80]]
        let interesting: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF,
        ]
        for first in interesting {
            for second in interesting {
                for third in interesting {
                    let bytes = [first, second, third]
                    let (valid, complete) = check(bytes)
                    let isText = String(validating: bytes, as: UTF8.self) != nil
                    let canBecomeText = endings.contains { String(validating: bytes + $0, as: UTF8.self) != nil }
                    #expect(valid == canBecomeText, "\(bytes)")
                    #expect((valid && complete) == isText, "\(bytes)")
                }
            }
        }
    }

    @Test(.tags(.property), arguments: 0..<100 as Range<UInt64>)
    func `cuts change nothing`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let samples: [[UInt8]] = ["hello", "κόσμε", "日本語", "😀", String(repeating: "x", count: 70)].map {
            Array($0.utf8)
        }
        var bytes = (0..<12).flatMap { _ in samples.randomElement(using: &random) ?? [] }
        if Bool.random(using: &random), let place = bytes.indices.randomElement(using: &random) {
            bytes[place] = UInt8(truncatingIfNeeded: random.next())
        }
        var checker = UTF8Checker()
        var valid = true
        var offset = 0
        while offset < bytes.count, valid {
            let end = Int.random(in: offset...min(bytes.count, offset + 40), using: &random)
            valid = Array(bytes[offset..<end]).withUnsafeBytes { checker.check($0) }
            offset = end
        }
        #expect((valid && checker.isComplete) == (String(validating: bytes, as: UTF8.self) != nil))
    }
}

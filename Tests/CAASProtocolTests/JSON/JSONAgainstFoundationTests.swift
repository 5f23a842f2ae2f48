import CAASProtocol
import Foundation
import Testing

/// The scanner agrees with Foundation's on what JSON is, but for what R6 refuses beyond that.
@Suite("The strict scanner beside Foundation's")
struct JSONAgainstFoundationTests {
    /// Nil where the text was taken.
    private func reason(_ bytes: [UInt8]) -> String? {
        do throws(SpecError) {
            _ = try JSONFragment(parsing: bytes.span.bytes)
            return nil
        } catch {
            return error.reason ?? ""
        }
    }

    private func foundationTakes(_ bytes: [UInt8]) -> Bool {
        (try? JSONDecoder().decode(AnyJSON.self, from: Data(bytes))) != nil
    }

    /// Foundation guesses UTF-16 and UTF-32 from NULs and byte order marks, wants numbers that fit a double, and takes
    /// a comma before the end of a list.
    private func isComparable(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        // Foundation refuses what is nearer to zero than a double can be.
        return !text.contains(/[eE]-[0-9]{3}/) && !text.contains(/,[ \t\r\n]*\]/) && !bytes.contains(0)
            && !bytes.starts(with: [0xEF, 0xBB, 0xBF]) && !bytes.starts(with: [0xFE, 0xFF])
            && !bytes.starts(with: [0xFF, 0xFE])
    }

    private func compare(_ bytes: [UInt8], seed: UInt64) {
        guard isComparable(bytes) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        switch reason(bytes) {
        case nil:
            #expect(foundationTakes(bytes), "seed \(seed): only the scanner takes \(text)")
        case "json":
            #expect(!foundationTakes(bytes), "seed \(seed): only Foundation takes \(text)")
        default:
            // Depth, members, duplicate_key, text, number: stricter by intention.
            break
        }
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `both take every document that a generator writes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let bytes = RandomJSON.document(using: &random)
            #expect(reason(bytes) == nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            compare(bytes, seed: seed)
        }
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `both refuse the same damaged documents`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var bytes = RandomJSON.document(using: &random)
            RandomJSON.damage(&bytes, using: &random)
            compare(bytes, seed: seed)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `canonical and original mean the same to Foundation`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = RandomJSON.document(using: &random)
        let canonical = try JSONFragment(parsing: bytes.span.bytes).canonicalForm()
        let one = try JSONDecoder().decode(AnyJSON.self, from: Data(bytes))
        let other = try JSONDecoder().decode(AnyJSON.self, from: Data(canonical))
        #expect(one == other, "seed \(seed)")
        #expect(try JSONFragment(parsing: canonical.span.bytes).canonicalForm() == canonical, "seed \(seed)")
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `bytes without any sense never trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:\\u0aAeE+-.19 tfn\u{1}é".utf8) + [0x80, 0xED, 0xA0, 0xF4, 0xFF]
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &random)]
            }
            _ = refusal(of: bytes)
            compare(bytes, seed: seed)
        }
    }
}

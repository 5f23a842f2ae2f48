import NIOCore
import SocketIOWire
import Testing

@Suite("JSON, RFC 8259") struct JSONTests {
    private func argument(_ json: [UInt8]) -> ByteBuffer? {
        let text = ByteBuffer(bytes: Array("2[\"x\",".utf8) + json + Array("]".utf8))
        guard case .event(_, let arguments, _) = SocketIOPacket(reading: text)?.content else { return nil }
        return arguments.count == 1 ? arguments[0] : nil
    }

    @Test(arguments: [
        "0", "-0", "10", "1.0", "1.5e-3", "1E+400", "\"\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD800\"", "true",
        "false", "null", "[]",
        "{}", "[ ]", "{ }", "[\t1 ,\r\n2 ]", "{ \"a\" : { \"a\" : [ ] } , \"a\" : 1 }",
        "\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"",
        "\"12345678\"", "\"1234567\\n\"", "\"ééééééééééééé\"", "[[[[]]],[{}]]", "{\"\":0}", "\"\u{2028}\"",
    ])
    func `is read`(json: String) {
        #expect(argument(Array(json.utf8)) == ByteBuffer(string: json))
    }

    @Test(arguments: [
        "", "-", "01", "+1", "1.", ".5", "1e", "1e+", "0x1", "1.5.5", "--1", "\"", "\"\\", "\"\\\"", "\"\\u12\"",
        "\"\\u12g4\"", "\"\\a\"", "tru",
        "True", "nul", "nulll", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{\"a\"}", "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1,}", "{,}", "{a:1}", "{\"a\" 1}", "{\"a\":1]", "{1:1}", "'a'", "1,", "\"a\u{0}\"",
        "\"12345678\u{1F}\"", "\"\n\"",
        "/**/1", "\u{FEFF}1", "\u{A0}1", "[\u{B}]", "NaN", "Infinity", "{\"a\":1}}", "[]]",
    ])
    func `is not read`(json: String) {
        #expect(argument(Array(json.utf8)) == nil)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF],
            [0xE2, 0x28, 0xA1], [0xF0, 0x28, 0x8C, 0xBC], [0xF0, 0x90, 0x28, 0xBC], [0xF0, 0x90, 0x8C, 0x28],
        ] as [[UInt8]]
    )
    func `is not read where a text is no UTF-8, wherever it stands`(bytes: [UInt8]) {
        for before in 0..<10 {
            for after in [0, 1, 9] {
                let padding = [UInt8](repeating: 0x61, count: before)
                let json = [0x22] + padding + bytes + [UInt8](repeating: 0x61, count: after) + [0x22]
                #expect(argument(json) == nil, "\(before) before, \(after) behind")
            }
        }
    }

    @Test(arguments: 0..<20) func `control characters and quotes are found at any place`(place: Int) {
        for byte in (0..<0x20 as Range<UInt8>) + [0x22] {
            var text = [UInt8](repeating: 0x61, count: 20)
            text[place] = byte
            #expect(argument([0x22] + text + [0x22]) == nil, "byte \(byte)")
        }
        var text = [UInt8](repeating: 0x61, count: 20)
        text[place] = UInt8(ascii: "\\")
        text[(place + 1) % 20] = place < 19 ? UInt8(ascii: "n") : 0x61
        #expect((argument([0x22] + text + [0x22]) == nil) == (place == 19))
    }

    @Test(.tags(.property), arguments: 0..<50 as Range<UInt64>)
    func `is not read when it is cut`(seed: UInt64) {
        var packets = RandomPacket(seed: seed)
        for _ in 0..<10 {
            let written = Array(packets.next().encoded().readableBytesView.dropFirst())
            guard written.last == UInt8(ascii: "]") else { continue }
            for count in 0..<written.count {
                let cut = SocketIOPacket(reading: ByteBuffer(bytes: written.prefix(count)))
                #expect(cut == nil, "seed \(seed): \(count) bytes of \(String(decoding: written, as: UTF8.self))")
            }
        }
    }
}

import CAASProtocol
import Testing

@Suite("JSON as strict as R6 wants it")
struct JSONStrictnessTests {
    private func reason(_ text: String) -> String? {
        reason(Array(text.utf8))
    }

    private func reason(_ bytes: [UInt8]) -> String? {
        do throws(SpecError) {
            _ = try JSONFragment(parsing: bytes.span.bytes)
            return nil
        } catch {
            #expect(error.code == .invalidPayload)
            return error.reason
        }
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "1.5", "-0.0", "1e5", "1E+5", "1e-5", "12345678901234567890", "0.1e1",
        "1.7976931348623157e308", "-1e-400", "0e999", "\"\"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"",
        "\"\\uD83D\\uDE00\"", "\"é€😀\"",
        "\"\u{7F}\"",
        "\"\u{FFFF}\u{2028}\"", "true", "false", "null", "[]", "[ ]", "{}", "{ }", "[1,2]", " [ 1 , 2 ] ", "{\"a\":1}",
        "\t\r\n {\"a\" : {\"a\" : 1 } , \"b\":[{\"a\":1}]}\n", "{\"\":1}", "{\"é\":1,\"e\u{301}\":2}",
        "\"sixteen bytes ok and more than that, in one line of text\"",
    ])
    func `well-formed values are taken`(text: String) {
        #expect(reason(text) == nil)
    }

    /// CVE-2018-10657, CVE-2020-26890, CVE-2025-30355.
    @Test(arguments: ["1e309", "-1e309", "1.8e308", "1e999", "99999e99999", "[1e400]"])
    func `a number that no double holds is refused as number`(text: String) {
        #expect(reason(text) == "number")
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "\"", "\"a", "\"\\\"", "tru", "truE", "nul", "True", "nan", "NaN", "Infinity",
        "01", "-", "+1", "1.", ".5", "-.5", "1e", "1e+", "0x1", "1 2", "1,", "[1,]", "[,1]", "[1 2]", "[1", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{1:2}", "{\"a\":1}}",
        "[1]]", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\U0041\"", "\"a\nb\"", "\"a\tb\"", "\"\u{1F}\"", "\"\u{0}\"",
        "\u{FEFF}{}", "{}\u{0}", "// {}", "{}/**/", "\u{A0}1", "\u{B}1", "\"a\\",
    ])
    func `what is no JSON is refused as json`(text: String) {
        #expect(reason(text) == "json")
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0xE2, 0x28, 0xA1],
            [0xF0, 0x28, 0x8C, 0xBC],
        ] as [[UInt8]]
    )
    func `a text that is no UTF-8 is refused as json`(wrong: [UInt8]) {
        #expect(reason([0x22] + wrong + [0x22]) == "json")
        #expect(reason([0x22] + Array("0123456789abcde".utf8) + wrong + Array("0123456789".utf8) + [0x22]) == "json")
    }

    @Test(
        arguments: [
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xEF, 0xBB, 0xBF],
        ] as [[UInt8]]
    )
    func `the ends of UTF-8's ranges are taken`(right: [UInt8]) {
        #expect(reason([0x22] + right + [0x22]) == nil)
    }

    @Test func `every sequence of two bytes and every opening of three is judged as Unicode's table does`() {
        for first in UInt8(0x80)...0xFF {
            for second in UInt8.min...UInt8.max where second != 0x22 && second != 0x5C {
                for rest in [[], [0x80], [0xBF, 0x80], [0xBF, 0xBF, 0xBF]] as [[UInt8]] {
                    let text = [first, second] + rest
                    let isText = String(validating: text, as: UTF8.self) != nil && second >= 0x20
                    for filler in [0, 12] {
                        let quoted = [0x22] + text + [UInt8](repeating: 0x61, count: filler) + [0x22]
                        guard (reason(quoted) == nil) != isText else { continue }
                        Issue.record("\(text) before \(filler) letters")
                    }
                }
            }
        }
    }

    /// CVE-2018-10657, CVE-2020-26890, CVE-2025-30355.
    @Test(arguments: [
        #""\u0000""#, #""\uD800""#, #""\uDC00""#, #""\uD800\u0041""#, #""\uD800x""#, #""\uDBFF\uD800""#,
        #""\uDE00\uD83D""#, #"{"\u0000":1}"#, #"[["a\ud83d"]]"#,
    ])
    func `NUL and half surrogates are refused as text`(text: String) {
        #expect(reason(text) == "text")
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"\u0061":1}"#, #"{"😀":1,"\uD83D\uDE00":2}"#,
        #"[{"b":{"a":1,"c":2,"a":3}}]"#, #"{"":1,"":1}"#, #"{"/":1,"\/":2}"#, #"{"a":null,"a":null}"#,
        #"{"a":{"x":1},"b":{"x":1},"a":1}"#,
    ])
    func `a name twice in one object is refused`(text: String) {
        #expect(reason(text) == "duplicate_key")
    }

    @Test(arguments: [2, 15, 16, 17, 18, 100, 499])
    func `a name twice among many is found wherever it stands`(count: Int) {
        let names = (0..<count).map { #""name\#($0)":0"# }
        #expect(reason("{\(names.joined(separator: ","))}") == nil)
        for place in [0, count / 2, count - 1] {
            #expect(reason("{\((names + [names[place]]).joined(separator: ","))}") == "duplicate_key")
            let escaped = names[place].replacing("n", with: "\\u006e")
            #expect(reason("{\(([escaped] + names).joined(separator: ","))}") == "duplicate_key")
        }
    }

    @Test func `the same name in different objects is fine`() {
        #expect(reason(#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}"#) == nil)
    }

    /// CVE-2018-10657, CVE-2020-26890, CVE-2025-30355.
    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func `thirty-two levels are taken and no more`(opening: String, closing: String) {
        func nested(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
        }
        #expect(reason(nested(32)) == nil)
        #expect(reason(nested(33)) == "depth")
        #expect(reason(String(repeating: opening, count: 60_000)) == "depth")
    }

    @Test func `five hundred members are taken and no more`() {
        func object(_ count: Int) -> String { "{\((0..<count).map { #""\#($0)":0"# }.joined(separator: ","))}" }
        #expect(reason(object(500)) == nil)
        #expect(reason(object(501)) == "members")
        #expect(reason("[\(object(400)),\(object(400))]") == nil)
    }

    @Test func `numbers longer than any encoder's are refused as number`() {
        #expect(reason(letters(64).replacing("x", with: "9")) == nil)
        #expect(reason(letters(65).replacing("x", with: "9")) == "number")
        #expect(reason("0." + letters(64).replacing("x", with: "9")) == "number")
        #expect(reason("1e-99999") == nil)
        #expect(reason("1e-100000") == "number")
    }

    @Test func `a fragment is its value without white space around it`() throws {
        #expect(try JSONFragment(parsing: " \n{ \"a\" : 1 } ").text == "{ \"a\" : 1 }")
    }
}

@testable import CAASProtocol
import Testing

@Suite("The canonical form that the content hash covers, R2")
struct CanonicalFormTests {
    private func canonical(_ bytes: [UInt8]) throws -> String {
        guard case .messageSend(let send) = try decode(bytes) else { return "" }
        return String(decoding: send.canonicalForm(), as: UTF8.self)
    }

    @Test(arguments: golden("canonical", "json"))
    func `it is the same for ever`(file: GoldenFile) throws {
        #expect(try canonical(file.bytes()) == String(decoding: file.beside("canonical").bytes(), as: UTF8.self))
    }

    @Test(arguments: golden("canonical", "json"))
    func `it is its own canonical form`(file: GoldenFile) throws {
        let form = try file.beside("canonical").bytes()
        #expect(try JSONFragment(parsing: form.span.bytes).canonicalForm() == form)
    }

    @Test(arguments: golden("canonical", "json"), 0..<20 as Range<UInt64>)
    func `no other spelling of a message changes it`(file: GoldenFile, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let respelled = try Respelling.of(file.bytes(), using: &random)
        let expected = try String(decoding: file.beside("canonical").bytes(), as: UTF8.self)
        #expect(try canonical(respelled) == expected, "seed \(seed): \(String(decoding: respelled, as: UTF8.self))")
    }

    @Test(arguments: [
        ("a", #"{"content":"b"}"#), ("a", #"{"content":"a","type":"file"}"#),
        ("a", #"{"content":"a","mentions":["x"]}"#),
        ("a", #"{"content":"a","metadata":{}}"#), ("a", #"{"content":"a","threadId":"m"}"#),
        ("a", #"{"content":"a","attachments":[{"attachmentId":"x"}]}"#), ("é", "{\"content\":\"e\u{301}\"}"),
    ])
    func `another message has another form`(content: String, data: String) throws {
        let one = try canonical(Array(frame("message:send", #"{"content":"\#(content)"}"#).utf8))
        #expect(try Array(one.utf8) != Array(canonical(Array(frame("message:send", data).utf8)).utf8))
    }

    @Test func `the order of a list matters, the order of members does not`() throws {
        func form(_ metadata: String) throws -> [UInt8] { try JSONFragment(parsing: metadata).canonicalForm() }
        #expect(try form(#"{"a":1,"b":2}"#) == form(#"{ "b" : 2.0 , "a" : 10e-1 }"#))
        #expect(try form("[1,2]") != form("[2,1]"))
        #expect(
            try form(#"{"b":0,"é":0,"a":0,"aa":0,"B":0,"":0}"#) == Array(#"{"":0,"B":0,"a":0,"aa":0,"b":0,"é":0}"#.utf8)
        )
    }
}

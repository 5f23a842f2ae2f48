import NIOCore
import Testing

@testable import EngineIOWire

@Suite("Base64, RFC 4648 §4") struct Base64Tests {
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func `the RFC's examples read and write`(bytes: String, text: String) throws {
        var written = ByteBuffer()
        Base64.write(ByteBuffer(string: bytes), into: &written)
        #expect(String(buffer: written) == text)
        #expect(String(buffer: try Base64.decode(ByteBuffer(string: text))) == bytes)
        #expect(Base64.length(of: bytes.utf8.count) == text.utf8.count)
    }

    @Test func `the last two characters are plus and slash`() throws {
        #expect(try Base64.decode(ByteBuffer(string: "+/+/")) == ByteBuffer(bytes: [0xFB, 0xFF, 0xBF]))
    }

    @Test(
        arguments: [
            "A", "AA", "AAA", "AAAAA", "A===", "====", "=", "AA=A", "=AAA", "A=AA", "AA==AAAA", "AAA=AAAA", "AA\n=",
            "AA= ", "-_-_", "AAA\u{0}", "AAAé", "AB==", "AAB=", "/x==",
        ]
    )
    func `anything that is not written so is refused`(text: String) {
        #expect(throws: EngineIOViolation.invalidBase64) { try Base64.decode(ByteBuffer(string: text)) }
    }
}

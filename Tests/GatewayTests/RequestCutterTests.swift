import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Cutting a stream where requests end") struct RequestCutterTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\nGET", "GET / HTTP/1.1\r\n\r\n"),
        ("\r\n\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n\r\nGET", "\r\n\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n"),
        ("GET / HTTP/1.1\r\nA: b\r\n", "GET / HTTP/1.1\r\nA: b\r\n"),
        ("\r\n\r\n", "\r\n\r\n"),
    ])
    func `a head ends with its empty line, and what is empty before it belongs to it`(text: String, piece: String) {
        var cutter = RequestCutter()
        var bytes = ByteBuffer(string: text)
        #expect(String(buffer: cutter.cut(&bytes)) == piece)
        #expect(String(buffer: bytes) == text.dropFirst(piece.count))
    }

    @Test func `a body has as many bytes as its head says`() {
        var cutter = RequestCutter()
        var bytes = ByteBuffer(string: "ab\r\n\r\ncGET")
        cutter.headArrived(
            HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: ["Content-Length": "7"])
        )
        var first = bytes.readSlice(length: 3) ?? ByteBuffer()
        #expect(String(buffer: cutter.cut(&first)) == "ab\r")
        #expect(String(buffer: cutter.cut(&bytes)) == "\n\r\nc")
        cutter.requestArrived()
        #expect(String(buffer: cutter.cut(&bytes)) == "GET")
    }

    /// Nothing that the decoder would see otherwise may keep the loop from going on.
    @Test(arguments: ["0", "-1", "+5", "x", "99999999999999999999"])
    func `a length that is none leaves every byte to the decoder`(length: String) {
        var cutter = RequestCutter()
        cutter.headArrived(
            HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: ["Content-Length": length])
        )
        var bytes = ByteBuffer(string: "abcdefgh")
        var taken = 0
        for _ in 0..<3 { taken += cutter.cut(&bytes).readableBytes }
        #expect(taken == 8)
    }

    @Test func `the length of the request line is counted in any pieces`() {
        var cutter = RequestCutter()
        for text in ["\r", "\nGET", " /", " HTTP/1.1\r", "\nHost: a\r\n"] {
            var bytes = ByteBuffer(string: text)
            _ = cutter.cut(&bytes)
        }
        #expect(cutter.lineBytes == "GET / HTTP/1.1\r".utf8.count)
    }
}

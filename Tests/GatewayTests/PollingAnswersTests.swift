import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Answers of polling: gzip and origins") struct PollingAnswersTests {
    private let gzipper = Gzipper(CompressionSettings())

    private func head(_ fields: HTTPHeaders) -> HTTPRequestHead {
        HTTPRequestHead(version: .http1_1, method: .GET, uri: "/socket.io/", headers: fields)
    }

    private func answer(bytes: Int) -> PlainResponse {
        PlainResponse(status: .ok, headers: [:], body: ByteBuffer(repeating: UInt8(ascii: "a"), count: bytes))
    }

    @Test(
        arguments: [
            ("gzip", true), ("deflate, gzip;q=0.5", true), ("GZIP", true), ("*", true), ("br", false), ("", false),
            ("gzip;q=0", false), ("gzip; q=0.000", false), ("gzip;q=0.01", true), ("gzipped", false),
            ("gzip;q=0, *", false), ("*;q=0, gzip", true),
        ]
    )
    func `who takes gzip gets it`(accepted: String, isCompressed: Bool) {
        let encoded = Gzip.encode(answer(bytes: 4_096), for: head(["Accept-Encoding": accepted]), by: gzipper)
        #expect(encoded.headers["Content-Encoding"] == (isCompressed ? ["gzip"] : []))
        #expect(encoded.headers["Vary"] == ["Accept-Encoding"])
        #expect((encoded.body.readableBytes < 200) == isCompressed)
    }

    @Test(arguments: [(1_023, false), (1_024, true), (1_025, true)])
    func `a kibibyte is worth it`(bytes: Int, isCompressed: Bool) {
        let encoded = Gzip.encode(answer(bytes: bytes), for: head(["Accept-Encoding": "gzip"]), by: gzipper)
        #expect(!encoded.headers["Content-Encoding"].isEmpty == isCompressed)
    }

    @Test func `what is compressed is gzip, whole, each answer by itself with the loop's one stream`() throws {
        #expect(!gzipper.hasStream)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
        let first = try #require(gzipper.compress(ByteBuffer(bytes: bytes)))
        #expect(gzipper.hasStream)
        _ = try #require(gzipper.compress(ByteBuffer(string: "another")))
        let compressed = try #require(gzipper.compress(ByteBuffer(bytes: bytes)))
        #expect(compressed == first)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).gz")
        try Data(compressed.readableBytesView).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let plain = try output.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(plain.map(Array.init) == bytes)
    }

    @Test func `the origin that asks is named, and credentials are allowed, on refusals too`() {
        let request = head(["Origin": "https://app.example"])
        for response in [answer(bytes: 2), .plain(.badRequest)] {
            let allowed = PollingHeaders.allow(response, for: request)
            #expect(allowed.headers["Access-Control-Allow-Origin"] == ["https://app.example"])
            #expect(allowed.headers["Access-Control-Allow-Credentials"] == ["true"])
            #expect(allowed.headers["Vary"].contains("Origin"))
        }
        #expect(PollingHeaders.allow(answer(bytes: 2), for: head([:])).headers["Vary"].isEmpty)
    }

    @Test func `a preflight gets back the names that it asks for, and nothing else`() {
        func allowed(_ fields: String) -> [String] {
            let request = head(["Origin": "https://app.example", "Access-Control-Request-Headers": fields])
            return PollingHeaders.preflight(request).headers["Access-Control-Allow-Headers"]
        }
        #expect(allowed("authorization, x-my_field") == ["authorization, x-my_field"])
        #expect(allowed("x\u{e9}").isEmpty)
        #expect(allowed("a: b").isEmpty)
        #expect(allowed(String(repeating: "a", count: 1_025)).isEmpty)
        #expect(PollingHeaders.preflight(head(["Origin": "https://app.example"])).status == .noContent)
    }
}

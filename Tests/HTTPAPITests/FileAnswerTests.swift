import CAASProtocol
import Chat
import Foundation
import NIOHTTP1
import Testing

@testable import HTTPAPI

@Suite("Files by HTTP: ranges and links, R53") struct FileAnswerTests {
    private func asked(_ range: String, of size: Int64, _ more: HTTPHeaders = [:]) -> ByteRange {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: more)
        head.headers.add(name: "Range", value: range)
        return ByteRange.asked(by: head, of: size, tag: "\"tag\"")
    }

    // CVE-2011-3192, CVE-2017-7529, CVE-2025-62727.
    @Test(
        arguments: [
            ("bytes=0-0", .part(0..<1)), ("bytes=0-9", .part(0..<10)), ("bytes=9-9", .part(9..<10)),
            ("bytes=3-", .part(3..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-30", .part(0..<10)),
            ("bytes=5-99999999999999999999", .part(5..<10)), ("bytes=10-", .none), ("bytes=-0", .none),
            ("bytes=99999999999999999999-", .none), ("bytes=5-4", .all), ("bytes=", .all), ("bytes=-", .all),
            ("bytes=1-2,3-4", .all),
            ("bytes=-9223372036854775808", .part(0..<10)), ("bytes= 1-2", .all), ("bytes=+1-2", .all),
            ("bytes=1--2", .all), ("chars=1-2", .all), ("Bytes=1-2", .all), ("bytes=\u{661}-2", .all),
        ] as [(String, ByteRange)]
    )
    func `a range is read as RFC 9110 writes it`(text: String, range: ByteRange) {
        #expect(asked(text, of: 10) == range)
    }

    @Test func `a part is of use only to who has the rest of the same`() {
        #expect(asked("bytes=0-0", of: 10, ["If-Range": "\"tag\""]) == .part(0..<1))
        #expect(asked("bytes=0-0", of: 10, ["If-Range": "\"other\""]) == .all)
        #expect(asked("bytes=0-0", of: 10, ["Range": "bytes=1-1"]) == .all)
    }

    @Test(
        arguments: [
            (["Content-Length": "7"], 0, 7, nil), (["Content-Range": "bytes 5-9/20"], 5, 5, 20),
            (["Content-Range": "bytes 5-9/*", "Content-Length": "5"], 5, 5, nil),
            (["Content-Range": "bytes */20", "Content-Length": "0"], nil, 0, 20), ([:], 0, nil, nil),
        ] as [(HTTPHeaders, Int64?, Int64?, Int64?)]
    )
    func `a place is read as RFC 9110 writes it`(
        headers: HTTPHeaders,
        offset: Int64?,
        length: Int64?,
        size: Int64?
    ) throws {
        let range = try ContentRange(headers)
        #expect((range.offset, range.length, range.size) == (offset, length, size))
    }

    @Test(
        arguments: [
            "bytes 9-5/20", "bytes 5-20/20", "bytes 5-/20", "bytes -5/20", "bytes 5-9", "bytes 5-9/", "bytes 5-9/x",
            "items 5-9/20", "bytes 5-9/20/30", "bytes 1234567890123456-1234567890123457/*", "bytes */x", "",
        ]
    )
    func `a place that cannot be is refused`(text: String) {
        #expect(throws: SpecError.self) { try ContentRange(["Content-Range": text]) }
    }

    @Test func `a place must be as long as its body`() {
        #expect(throws: SpecError.self) { try ContentRange(["Content-Range": "bytes 0-9/20", "Content-Length": "9"]) }
    }

    private let file = FileID("file_0123456789abcdef0123456789abcdef")
    private let links = FileLinks(key: Array("the key".utf8), publicURL: "https://chat.example/")

    private func open(_ url: String, as file: FileID, now: Int64, by links: FileLinks? = nil) throws -> TenantID {
        let query = try QueryString(uri: String(url.dropFirst("https://chat.example".count)))
        return try (links ?? self.links).tenant(opening: file, by: query, now: now)
    }

    @Test func `a link opens its file until its end`() throws {
        let file = try #require(file)
        let tenant = try #require(TenantID("acme"))
        let url = links.url(of: file, tenant: tenant, until: 1_000)
        #expect(url.hasPrefix("https://chat.example/v1/files/\(file)?tenant=acme&expires=1000&signature="))
        #expect(try open(url, as: file, now: 999) == tenant)
        #expect(throws: SpecError(.tokenExpired, field: "expires")) { try open(url, as: file, now: 1_000) }
    }

    @Test func `a link of another key, or with any sign changed, is none`() throws {
        let file = try #require(file)
        let tenant = try #require(TenantID("acme"))
        let url = links.url(of: file, tenant: tenant, until: 1_000)
        let others = FileLinks(key: Array("another".utf8), publicURL: nil)
        #expect(throws: SpecError.self) { try open(url, as: file, now: 1, by: others) }
        #expect(throws: SpecError.self) { try open(url, as: .random(), now: 1) }
        let start = try #require(url.firstIndex(of: "="))
        // The last sign of the code has two bits that say nothing.
        for place in url[start...].indices.dropFirst().dropLast() where url[place].isLetter || url[place].isNumber {
            var changed = url
            changed.replaceSubrange(place...place, with: url[place] == "7" ? "8" : "7")
            #expect(throws: SpecError.self, "\(changed)") { try open(changed, as: file, now: 1) }
        }
    }
}

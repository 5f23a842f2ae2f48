import NIOHTTP1
import Testing

@testable import Gateway

@Suite("What a request's head alone refuses, RFC 9112") struct RequestRulesTests {
    @Test(
        arguments: [
            ("/", .GET, "/"), ("/a?b=http://c", .GET, "/a?b=http://c"), ("//host/a", .GET, "//host/a"),
            ("*", .OPTIONS, "*"), ("*", .GET, nil), ("http://chat.example/a?b", .GET, "/a?b"),
            ("https://CHAT.example/a", .GET, "/a"), ("HTTP://chat.example", .GET, "/"),
            ("http://chat.example?b", .GET, "/?b"), ("http://evil.example/a", .GET, nil),
            ("http://chat.example.evil/a", .GET, nil), ("http://chat.example@evil.example/a", .GET, nil),
            ("http://chat.example:80/a", .GET, nil), ("http:///a", .GET, nil), ("ftp://chat.example/a", .GET, nil),
            ("chat.example", .GET, nil), ("chat.example:80", .GET, nil), ("", .GET, nil), ("a", .GET, nil),
        ] as [(String, HTTPMethod, String?)]
    )
    func `a target is a path, or names the host that the Host field names`(
        target: String,
        method: HTTPMethod,
        path: String?
    ) {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: ["Host": "chat.example"])
        let refusal = RequestRules.refusal(of: &head)
        #expect(refusal == (path == nil ? .badRequest : nil))
        if let path { #expect(head.uri == path) }
    }

    @Test(
        arguments: [(8 * 1024 - 1, nil), (8 * 1024, nil), (8 * 1024 + 1, .uriTooLong)] as [(Int, HTTPResponseStatus?)]
    )
    func `a target has 8 KiB`(length: Int, refusal: HTTPResponseStatus?) {
        let target = "/" + String(repeating: "a", count: length - 1)
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["Host": "chat.example"])
        #expect(RequestRules.refusal(of: &head) == refusal)
    }

    @Test(
        arguments: [
            (["chunked"], .http1_1, nil), (["Chunked"], .http1_1, nil), (["chunked"], .http1_0, .badRequest),
            (["gzip, chunked"], .http1_1, .notImplemented), (["identity"], .http1_1, .notImplemented),
            (["chunked", "chunked"], .http1_1, .notImplemented), ([""], .http1_1, .notImplemented),
        ] as [([String], HTTPVersion, HTTPResponseStatus?)]
    )
    func `chunks are the one coding, and are of version 1.1`(
        codings: [String],
        version: HTTPVersion,
        refusal: HTTPResponseStatus?
    ) {
        var headers: HTTPHeaders = ["Host": "chat.example"]
        for coding in codings { headers.add(name: "transfer-encoding", value: coding) }
        var head = HTTPRequestHead(version: version, method: .POST, uri: "/", headers: headers)
        #expect(RequestRules.refusal(of: &head) == refusal)
    }

    @Test(
        arguments: [
            ([:], false), (["Content-Length": "0"], false), (["Content-Length": "5"], true),
            (["Content-Length": "00"], true), (["Transfer-Encoding": "chunked"], true),
        ] as [(HTTPHeaders, Bool)]
    )
    func `a body is announced by its length or by its coding`(headers: HTTPHeaders, hasBody: Bool) {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
        #expect(RequestRules.hasBody(head) == hasBody)
    }

    @Test func `nobody connects through`() {
        var head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: "a:80", headers: ["Host": "a:80"])
        #expect(RequestRules.refusal(of: &head) == .methodNotAllowed)
    }
}

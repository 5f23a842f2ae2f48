import CAASProtocol
import Foundation
import Gateway
import HTTPAPI
import NIOCore
import NIOHTTP1
import Testing

@Suite("HTTP beside the socket, R55 and R70") struct HTTPAPITests {
    @Test func `livez is one word`() async throws {
        let answer = try await Service().ask(.GET, "/livez")
        #expect(answer.status == .ok)
        #expect(answer.text == "ok\n")
    }

    @Test(arguments: [
        (false, true, HTTPResponseStatus.ok, "ok\n"), (true, true, .serviceUnavailable, "draining\n"),
        (false, false, .serviceUnavailable, "unavailable\n"), (true, false, .serviceUnavailable, "draining\n"),
    ])
    func `readyz says whether to send work`(
        _ drains: Bool,
        _ writes: Bool,
        _ status: HTTPResponseStatus,
        _ word: String
    ) async throws {
        let answer = try await Service(isDraining: drains, isStoreWritable: writes).ask(.GET, "/readyz")
        #expect(answer.status == status)
        #expect(answer.text == word)
    }

    @Test(arguments: ["/nowhere", "/v1", "/v1/dev", "/console", "/console/", "/console/nothing.js", "/livez/x"])
    func `an unknown path is NOT_FOUND as JSON`(_ path: String) async throws {
        let answer = try await Service().ask(.GET, path)
        #expect(answer.status == .notFound)
        #expect(answer.error?.code == "NOT_FOUND")
        #expect(answer.headers.first(name: "Content-Type") == "application/json")
    }

    @Test(arguments: [
        (HTTPMethod.POST, "/livez", "GET, HEAD"), (.DELETE, "/", "GET, HEAD"), (.PUT, "/console/app.js", "GET, HEAD"),
        (.GET, "/v1/dev/token", "POST"), (.HEAD, "/v1/dev/token", "POST"), (.OPTIONS, "/v1/dev/token", "POST"),
    ])
    func `a method that a path does not have is 405 with the ones it has`(
        _ method: HTTPMethod,
        _ path: String,
        _ allowed: String
    ) async throws {
        let answer = try await Service().ask(method, path)
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers["Allow"] == [allowed])
        #expect(answer.error?.reason == "method")
    }

    @Test func `a method that nobody knows is refused`() async throws {
        let answer = try await Service().ask(.RAW(value: "BREW"), "/livez")
        #expect([.notFound, .methodNotAllowed].contains(answer.status))
    }

    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/console/app.js", "text/javascript; charset=utf-8"),
        ("/console/caas.js", "text/javascript; charset=utf-8"), ("/console/style.css", "text/css; charset=utf-8"),
    ])
    func `the page is served with its types and a strict policy`(_ path: String, _ type: String) async throws {
        let service = try await Service()
        let answer = try await service.ask(.GET, path)
        #expect(answer.status == .ok)
        #expect(answer.body.readableBytes > 0)
        #expect(answer.headers["Content-Type"] == [type])
        #expect(answer.headers["X-Content-Type-Options"] == ["nosniff"])
        #expect(answer.headers["Referrer-Policy"] == ["no-referrer"])
        #expect(answer.headers["Cache-Control"] == ["no-cache"])
        let policy =
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        #expect(answer.headers["Content-Security-Policy"] == [policy])
        #expect(try await service.ask(.HEAD, path).headers == answer.headers)
    }

    @Test func `a browser that has a file is told so`() async throws {
        let service = try await Service()
        let tag = try #require(try await service.ask(.GET, "/console/app.js").headers.first(name: "ETag"))
        let again = try await service.ask(.GET, "/console/app.js", ["If-None-Match": tag])
        #expect(again.status == .notModified)
        #expect(again.body.readableBytes == 0)
        #expect(try await service.ask(.GET, "/console/app.js", ["If-None-Match": "\"other\""]).status == .ok)
        #expect(try await service.ask(.GET, "/console/style.css", ["If-None-Match": tag]).status == .ok)
    }

    @Test(arguments: [
        "/console/../../Package.swift", "/console/..%2f..%2fPackage.swift", "/console/%2e%2e/%2e%2e/etc/passwd",
        "/console//etc/passwd", "/console/.", "/console/..", "/console/app.js%00", "/console/app.js/",
        "/console/\\app.js",
    ])
    func `no path leads out of the page's folder`(_ path: String) async throws {
        let answer = try await Service().ask(.GET, path)
        // A router may take a final slash for none; what it must not do is serve another file.
        #expect(answer.status == .notFound || path == "/console/app.js/")
    }

    @Test(arguments: ["/", "/console/app.js", "/v1/dev/token"])
    func `production has neither page nor sign-in`(_ path: String) async throws {
        let service = try await Service(environment: .production)
        #expect(try await service.ask(.GET, path).status == .notFound)
        #expect(
            try await service.ask(.POST, path, ["Content-Type": "application/json"], #"{"userId":"a"}"#).status
                == .notFound
        )
        #expect(try await service.ask(.GET, "/livez").status == .ok)
    }
}

import EngineIOWire
import Testing

@Suite("Requests, Engine.IO v4") struct RequestTests {
    typealias Decision = EngineIORequest.Decision

    private func decide(
        _ query: String,
        method: String = "GET",
        isUpgrade: Bool = false,
        isKnown: Bool = true,
        isAllowed: Bool = true
    ) -> Decision {
        EngineIORequest(query: Substring(query))
            .decide(method: method, isUpgrade: isUpgrade, isKnown: isKnown, isAllowed: isAllowed)
    }

    @Test func `a GET without a session begins one`() {
        #expect(decide("EIO=4&transport=polling&t=abc") == .handshake(.polling))
        #expect(decide("EIO=4&transport=websocket", isUpgrade: true) == .handshake(.websocket))
    }

    @Test func `requests of a session are its GET, its POST and its WebSocket`() {
        #expect(decide("EIO=4&transport=polling&sid=abc") == .poll)
        #expect(decide("EIO=4&transport=polling&sid=abc", method: "POST") == .post)
        #expect(decide("EIO=4&transport=websocket&sid=abc", isUpgrade: true) == .upgrade)
    }

    @Test func `the version counts at the handshake alone`() {
        #expect(decide("EIO=3&transport=polling") == .refuse(.unsupportedVersion))
        #expect(decide("transport=polling") == .refuse(.unsupportedVersion))
        #expect(decide("EIO=3&transport=websocket", isUpgrade: true) == .refuse(.unsupportedVersion))
        #expect(decide("transport=polling&sid=abc") == .poll)
        #expect(decide("EIO=3&transport=polling&sid=abc") == .poll)
    }

    @Test(arguments: ["", "EIO=4", "EIO=4&transport=", "EIO=4&transport=webtransport", "transport=Polling", "EIO=3"])
    func `a transport that is missing or not served is unknown, whatever else is wrong`(query: String) {
        #expect(decide(query) == .refuse(.transportUnknown))
        #expect(decide(query + "&sid=abc", method: "DELETE", isKnown: false) == .refuse(.transportUnknown))
    }

    @Test func `a session that is not known is unknown, whatever the method`() {
        #expect(decide("EIO=4&transport=polling&sid=abc", isKnown: false) == .refuse(.sessionUnknown))
        #expect(decide("transport=polling&sid=abc", method: "PUT", isKnown: false) == .refuse(.sessionUnknown))
        #expect(
            decide("transport=websocket&sid=abc", isUpgrade: true, isKnown: false) == .refuse(.sessionUnknown)
        )
    }

    /// CVE-2026-59724.
    @Test(
        arguments: [
            "", "__proto__!", "a%62c", "a b", "../../x", "äöü", "abc\u{0}", "abc=", String(repeating: "a", count: 65),
        ]
    )
    func `what cannot be an id is never looked up`(sid: String) {
        let request = EngineIORequest(query: "transport=polling&sid=\(sid)")
        #expect(request.sid == nil)
        #expect(request.namesSession)
        #expect(decide("transport=polling&sid=\(sid)") == .refuse(.sessionUnknown))
    }

    @Test(arguments: ["a", "__proto__", "aZ09-_", String(repeating: "a", count: 64)])
    func `ids are up to 64 characters that need no escape`(sid: String) {
        #expect(EngineIORequest(query: "transport=polling&sid=\(sid)").sid?.text == sid)
    }

    @Test(arguments: ["POST", "PUT", "OPTIONS", "get"])
    func `a handshake is a GET`(method: String) {
        #expect(decide("EIO=3&transport=polling", method: method) == .refuse(.badHandshakeMethod))
    }

    @Test(arguments: ["PUT", "DELETE", "HEAD", "OPTIONS", "get"])
    func `a session has no use for another method`(method: String) {
        #expect(decide("transport=polling&sid=abc", method: method) == .methodNotAllowed)
    }

    @Test func `a WebSocket's query needs a WebSocket, and the other way round`() {
        #expect(decide("EIO=4&transport=websocket") == .refuse(.badRequest))
        #expect(decide("EIO=4&transport=websocket&sid=abc") == .refuse(.badRequest))
        #expect(decide("EIO=4&transport=polling", isUpgrade: true) == .refuse(.badRequest))
        #expect(decide("EIO=4&transport=polling&sid=abc", isUpgrade: true) == .refuse(.badRequest))
        #expect(decide("transport=websocket&sid=abc", method: "POST", isUpgrade: true) == .methodNotAllowed)
    }

    @Test func `the caller's refusal comes before the version and counts for new sessions alone`() {
        #expect(decide("EIO=3&transport=polling", isAllowed: false) == .refuse(.forbidden))
        #expect(decide("EIO=3&transport=polling", method: "POST", isAllowed: false) == .refuse(.badHandshakeMethod))
        #expect(decide("EIO=4&transport=polling&sid=abc", isAllowed: false) == .poll)
    }

    @Test func `of a repeated parameter the first counts, unknown ones are passed over`() {
        let query = "x=1&&=&transport=polling&j=0&EIO=4&transport=websocket&EIO=3&token=%2F&sidx=1&transport"
        #expect(decide(query) == .handshake(.polling))
        #expect(EngineIORequest(query: "sid=a&sid=b").sid?.text == "a")
        #expect(EngineIORequest(query: "sid&sid=b").sid == nil)
    }

    @Test(
        arguments: [
            ("", true), ("b64=", true), ("b64", true), ("b64=1", false), ("b64=true", false), ("b64=&b64=1", true),
        ]
    )
    func `base64 is for who asks for it`(query: String, takesBinary: Bool) {
        #expect(EngineIORequest(query: Substring(query)).takesBinary == takesBinary)
    }
}

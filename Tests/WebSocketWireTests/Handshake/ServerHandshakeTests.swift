import Testing
import WebSocketWire

@Suite("Opening handshake, the server's side, RFC 6455 §4.2") struct ServerHandshakeTests {
    private typealias Fields = [(name: String, value: String)]

    private static let sample: [(name: String, value: String)] = [
        ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"),
    ]

    /// The sample with one field put in place of its namesake, nil to leave it out.
    private func request(_ name: String, _ value: String?) -> HandshakeRequest {
        var fields = Self.sample.filter { $0.name != name }
        if let value { fields.append((name, value)) }
        return HandshakeRequest(method: "GET", httpMinor: 1, fields: fields)
    }

    private func request(adding fields: [(name: String, value: String)]) -> HandshakeRequest {
        HandshakeRequest(method: "GET", httpMinor: 1, fields: Self.sample + fields)
    }

    private func refusal(of request: HandshakeRequest) -> ServerHandshake.Refusal? {
        guard case .failure(let refusal) = ServerHandshake.evaluate(request) else { return nil }
        return refusal
    }

    @Test func `the RFC's sample is accepted with the RFC's answer`() throws {
        let offer = try ServerHandshake.evaluate(request(adding: [])).get()
        #expect(offer.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(offer.subprotocols == [])
        #expect(offer.extensions == [])
        let fields = ServerHandshake.responseFields(accepting: offer, subprotocol: nil)
        #expect(
            fields.map { "\($0.name): \($0.value)" } == [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            ]
        )
    }

    @Test(
        arguments: [
            ("Upgrade", "WebSocket"), ("Upgrade", "h2c, websocket"), ("Connection", "keep-alive, Upgrade"),
            ("Connection", "upgrade"), ("Sec-WebSocket-Key", " AAAAAAAAAAAAAAAAAAAAAA== "),
            ("Sec-WebSocket-Version", "13 "),
            ("Upgrade", ",websocket,"),
        ] as [(String, String)]
    )
    func `other spellings of the same are accepted`(name: String, value: String) {
        #expect(refusal(of: request(name, value)) == nil)
    }

    @Test func `names are compared without regard to case, and lists may span fields`() {
        let fields = Self.sample.filter { $0.name != "Connection" }.map {
            (name: $0.name.uppercased(), value: $0.value)
        }
        let more: [(name: String, value: String)] = [("connection", "keep-alive"), ("CONNECTION", "uPgRaDe")]
        #expect(refusal(of: HandshakeRequest(method: "GET", httpMinor: 1, fields: fields + more)) == nil)
    }

    @Test(arguments: ["POST", "get", "HEAD", "CONNECT", ""])
    func `other methods are refused with 405`(method: String) {
        let refusal = refusal(of: HandshakeRequest(method: method, httpMinor: 1, fields: Self.sample))
        #expect(refusal?.status == 405)
        #expect(refusal?.fields.map(\.name) == ["Allow"])
    }

    @Test func `HTTP/1.0 is refused`() {
        let request = HandshakeRequest(method: "GET", httpMinor: 0, fields: Self.sample)
        #expect(refusal(of: request)?.status == 400)
    }

    @Test(arguments: ["12", "14", "8, 13", "013", "", "x", nil] as [String?])
    func `another version is answered with the one we speak`(version: String?) {
        let refusal = refusal(of: request("Sec-WebSocket-Version", version))
        #expect(refusal?.status == 426)
        #expect(refusal?.fields.contains { $0 == ("Sec-WebSocket-Version", "13") } == true)
    }

    @Test(arguments: ["h2c", "websocketx", "web socket", nil] as [String?])
    func `a request that asks for something else is told what to ask for`(upgrade: String?) {
        let refusal = refusal(of: request("Upgrade", upgrade))
        #expect(refusal?.status == 426)
        #expect(refusal?.fields.contains { $0 == ("Upgrade", "websocket") } == true)
    }

    @Test(
        arguments: [
            ("Connection", "keep-alive"), ("Connection", "upgraded"), ("Connection", nil), ("Host", nil), ("Host", " "),
            ("Sec-WebSocket-Key", nil), ("Sec-WebSocket-Key", ""), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA="),
            ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA="),
            ("Sec-WebSocket-Key", "AAAAAAAAAA_AAAAAAAAAAA=="), ("Sec-WebSocket-Key", "AAAAAAAAAA AAAAAAAAAAA=="),
            ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAA==="),
            ("Sec-WebSocket-Key", String(repeating: "A", count: 65_536)),
        ] as [(String, String?)]
    )
    func `is refused with 400`(name: String, value: String?) {
        #expect(refusal(of: request(name, value))?.status == 400)
    }

    @Test(arguments: ["Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version"])
    func `a field that may stand once is refused twice`(name: String) throws {
        let value = try #require(Self.sample.first { $0.name == name }?.value)
        #expect(refusal(of: request(adding: [(name.lowercased(), value)]))?.status == 400)
    }

    @Test func `subprotocols keep the client's order over several fields`() throws {
        let request = request(adding: [
            ("Sec-WebSocket-Protocol", "caas.v1, bearer.eyJh-_.x"), ("sec-websocket-protocol", "other"),
        ])
        let offer = try ServerHandshake.evaluate(request).get()
        #expect(offer.subprotocols == ["caas.v1", "bearer.eyJh-_.x", "other"])
    }

    /// CVE-2021-32640, GHSA-5v72.
    @Test(arguments: [
        "", "a,,b", "a b", "a,", "\"a\"", "a;b", "ä", "a, a", (0..<33).map { "p\($0)" }.joined(separator: ","),
    ])
    func `malformed subprotocols are refused`(value: String) {
        #expect(refusal(of: request(adding: [("Sec-WebSocket-Protocol", value)]))?.status == 400)
    }

    @Test func `extensions are handed on as they are offered`() throws {
        let request = request(adding: [
            ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits, x; y=\"a\\\", b\""),
            ("Sec-WebSocket-Extensions", " z "),
        ])
        let offer = try ServerHandshake.evaluate(request).get()
        #expect(offer.extensions == ["permessage-deflate; client_max_window_bits", "x; y=\"a\\\", b\"", "z"])
    }

    @Test func `a subprotocol is answered only if it was offered`() throws {
        let offer = try ServerHandshake.evaluate(request(adding: [("Sec-WebSocket-Protocol", "caas.v1")])).get()
        let chosen = ServerHandshake.responseFields(accepting: offer, subprotocol: "caas.v1")
        #expect(chosen.last.map { $0 == ("Sec-WebSocket-Protocol", "caas.v1") } == true)
        let injected = ServerHandshake.responseFields(accepting: offer, subprotocol: "x\r\nSet-Cookie: a")
        #expect(injected.count == 3)
    }

    @Test func `refusals are equal when all they say is`() {
        let other = HandshakeRequest(method: "PUT", httpMinor: 1, fields: [])
        let post = HandshakeRequest(method: "POST", httpMinor: 1, fields: [])
        #expect(refusal(of: post) == refusal(of: other))
        #expect(refusal(of: post)?.hashValue == refusal(of: other)?.hashValue)
        #expect(refusal(of: request("Upgrade", nil)) != refusal(of: request("Connection", nil)))
    }
}

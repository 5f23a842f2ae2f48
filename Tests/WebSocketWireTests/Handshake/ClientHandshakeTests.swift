import NIOCore
import TestSupport
import Testing
import WebSocketWire

@Suite("Opening handshake, the client's side, RFC 6455 §4.1") struct ClientHandshakeTests {
    private static let key = Array("the sample nonce".utf8)
    private static let accepted = """
        HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n
        """

    private func handshake(subprotocols: [String] = []) throws -> ClientHandshake {
        try ClientHandshake(host: "localhost:8080", path: "/v1/socket?a=b", subprotocols: subprotocols, key: Self.key)
    }

    private func answer(_ text: String, subprotocols: [String] = []) throws -> ClientHandshake.Progress {
        var handshake = try handshake(subprotocols: subprotocols)
        return handshake.receive(ByteBuffer(string: text))
    }

    @Test func `the request has what the RFC asks for`() throws {
        let handshake = try ClientHandshake(
            host: "localhost:8080",
            path: "/v1/socket",
            fields: [("Authorization", "Bearer x")],
            subprotocols: ["caas.v1", "bearer.x"],
            key: Self.key
        )
        #expect(
            String(buffer: handshake.request)
                == """
                GET /v1/socket HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Protocol: caas.v1, bearer.x\r\nAuthorization: Bearer x\r\n\r\n
                """.replacing("\r\n\n", with: "\r\n")
        )
    }

    @Test func `keys are new each time`() throws {
        let requests = try (0..<20).map { _ in try ClientHandshake(host: "a", path: "/").request }
        #expect(Set(requests).count == 20)
    }

    /// GHSA-7fj7, GHSA-cq87, CVE-2026-28898, GHSA-mgc4.
    @Test func `what could become another field is refused before it is sent`() {
        let part: (() throws -> ClientHandshake) -> String? = { make in
            do {
                _ = try make()
                return nil
            } catch {
                return (error as? ClientHandshake.InvalidRequest)?.part
            }
        }
        #expect(part { try ClientHandshake(host: "a\r\nX: y", path: "/") } == "host")
        #expect(part { try ClientHandshake(host: "", path: "/") } == "host")
        #expect(part { try ClientHandshake(host: "a", path: "/ HTTP/1.1\r\n") } == "path")
        #expect(part { try ClientHandshake(host: "a", path: "x") } == "path")
        #expect(part { try ClientHandshake(host: "a", path: "/", fields: [("a", "b\r\nc: d")]) } == "fields")
        #expect(part { try ClientHandshake(host: "a", path: "/", fields: [("a:", "b")]) } == "fields")
        #expect(part { try ClientHandshake(host: "a", path: "/", subprotocols: ["a b"]) } == "subprotocols")
        #expect(part { try ClientHandshake(host: "a", path: "/", key: [1, 2, 3]) } == "key")
    }

    @Test func `an answer is taken in any pieces, and the bytes after it are left over`() throws {
        let bytes = Array((Self.accepted + "Sec-WebSocket-Protocol: caas.v1\r\n\r\n").utf8)
        for cut in 1...bytes.count {
            var handshake = try handshake(subprotocols: ["x", "caas.v1"])
            var progress = handshake.receive(ByteBuffer(bytes: bytes.prefix(cut - 1)))
            #expect(progress == .needMore)
            progress = handshake.receive(ByteBuffer(bytes: bytes.dropFirst(cut - 1) + [0x81, 0x00]))
            #expect(progress == .upgraded(subprotocol: "caas.v1", leftOver: ByteBuffer(bytes: [0x81, 0x00])))
        }
    }

    @Test func `an interim answer is passed over`() throws {
        let progress = try answer("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Self.accepted + "\r\n")
        #expect(progress == .upgraded(subprotocol: nil, leftOver: ByteBuffer()))
    }

    @Test(
        arguments: [
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 403, "Forbidden"),
            ("HTTP/1.1 503 \r\n\r\n", 503, ""),
            ("HTTP/1.1 302\r\nLocation: /\r\n\r\n", 302, ""),
        ] as [(String, Int, String)]
    )
    func `another status is a refusal`(text: String, status: Int, reason: String) throws {
        #expect(try answer(text) == .refused(status: status, reason: reason))
    }

    @Test(arguments: [
        "HTTP/1.0 101 X\r\n\r\n", "HTTP/2 101 X\r\n\r\n", "hello\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n",
        "HTTP/1.1 1O1 X\r\n\r\n",
        "HTTP/1.1 101 X\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 101 X\r\nno colon\r\n\r\n", "\r\n\r\n",
        "HTTP/1.1 101 X\r\nname : x\r\n\r\n", "HTTP/1.1 101 X\r\nA: b\r\n folded: c\r\n\r\n", "HTTP/1.1  101 X\r\n\r\n",
    ])
    func `what is no HTTP/1_1 is refused without a status`(text: String) throws {
        guard case .refused(0, _) = try answer(text) else {
            Issue.record("taken: \(text)")
            return
        }
    }

    @Test(
        arguments: [
            ("Upgrade: websocket", "Upgrade: h2c"), ("Connection: Upgrade", "Connection: close"),
            ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo"), ("Sec-WebSocket-Accept", "X-Accept"),
            ("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: y"),
            ("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: x"),
            ("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate"),
            ("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ] as [(String, String)]
    )
    func `an upgrade that breaks the RFC is refused`(part: String, replacement: String) throws {
        let text = Self.accepted.replacing(part, with: replacement) + "\r\n"
        guard case .refused(101, _) = try answer(text, subprotocols: ["x"]) else {
            Issue.record("taken: \(text)")
            return
        }
    }

    @Test func `an endless head is refused at 16 KiB, and stays refused`() throws {
        var handshake = try handshake()
        var progress = ClientHandshake.Progress.needMore
        var sent = 0
        while progress == .needMore, sent < 100_000 {
            progress = handshake.receive(ByteBuffer(string: "X-Long: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n"))
            sent += 40
        }
        #expect(progress == .refused(status: 0, reason: "the answer's head is too long"))
        #expect(sent <= 16 * 1024 + 40)
        #expect(handshake.receive(ByteBuffer(string: "\r\n\r\n")) == progress)
    }

    @Test func `interim answers do not go on for ever`() throws {
        var handshake = try handshake()
        let interim = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
        var count = 0
        while handshake.receive(interim) == .needMore, count < 10_000 { count += 1 }
        #expect(count < 1_000)
    }

    @Test(.tags(.property), arguments: 0..<100 as Range<UInt64>)
    func `any bytes are answered, whatever they are`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = Array((Self.accepted + "\r\n").utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8(truncatingIfNeeded: random.next())
        }
        var whole = try handshake()
        var dripped = try handshake()
        let expected = whole.receive(ByteBuffer(bytes: bytes))
        var progress = ClientHandshake.Progress.needMore
        for byte in bytes where progress == .needMore { progress = dripped.receive(ByteBuffer(bytes: [byte])) }
        switch (expected, progress) {
        case (.upgraded(let one, _), .upgraded(let other, _)): #expect(one == other)
        default: #expect(expected == progress)
        }
    }

    @Test func `client and server agree`() throws {
        var client = try ClientHandshake(host: "a", path: "/", subprotocols: ["caas.v1"])
        var lines = String(buffer: client.request).split(separator: "\r\n").map(String.init)
        #expect(lines.removeFirst() == "GET / HTTP/1.1")
        let fields = lines.compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        let offer = try ServerHandshake.evaluate(HandshakeRequest(method: "GET", httpMinor: 1, fields: fields)).get()
        let answer = ServerHandshake.responseFields(accepting: offer, subprotocol: "caas.v1")
        let head = answer.reduce("HTTP/1.1 101 Switching Protocols\r\n") { $0 + "\($1.name): \($1.value)\r\n" }
        let progress = client.receive(ByteBuffer(string: head + "\r\n"))
        #expect(progress == .upgraded(subprotocol: "caas.v1", leftOver: ByteBuffer()))
    }
}

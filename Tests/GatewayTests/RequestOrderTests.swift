import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway
@testable import WebSocketWire

@Suite("Requests of one connection, one behind the other") struct RequestOrderTests {
    @Test func `the next request waits as bytes until the answer is written`() async throws {
        let front = try await Front()
        front.receive(Front.head("/a") + Front.head("/b") + Front.head("/c"))
        #expect(front.requests == ["/a"])
        front.receive(Front.head("/d"))
        #expect(front.requests == ["/a"])
        for (count, path) in ["/b", "/c", "/d"].enumerated() {
            try front.answer()
            #expect(front.requests.count == count + 2 && front.requests.last == path)
        }
        try front.answer()
        #expect(try front.statuses() == ["200", "200", "200", "200"])
        #expect(front.channel.isActive)
    }

    @Test func `a peer that does not take its answer gets no further one`() async throws {
        let front = try await Front()
        front.isRead = false
        front.receive(Front.head("/a") + Front.head("/b"))
        try front.answer()
        front.receive(Front.head("/c"))
        #expect(front.requests == ["/a"])
        front.isRead = true
        front.channel.embeddedEventLoop.run()
        #expect(front.requests == ["/a", "/b"])
    }

    @Test func `requests that are answered at once have their turn, 64 of them`() async throws {
        let front = try await Front()
        front.answersAtOnce = true
        let paths = (0..<200).map { "/\($0)" }
        front.channel.pipeline.fireChannelRead(ByteBuffer(string: paths.map { Front.head($0) }.joined()))
        // Fewer where the machine is so slow that the turn's 5 ms are over before.
        let first = front.requests.count
        #expect((1...64).contains(first))
        // The next turn is not among the tasks that are due: before those a loop does not look at its other connections.
        front.channel.embeddedEventLoop.run()
        #expect(front.requests.count == first)
        for _ in 0..<25 { front.channel.embeddedEventLoop.advanceTime(by: TurnBudget.pause) }
        #expect(front.requests == paths)
        #expect(try front.statuses() == Array(repeating: "200", count: 200))
    }

    @Test(arguments: 1...7)
    func `a request in pieces, with or without a body, ends where it ends`(size: Int) async throws {
        let front = try await Front()
        let stream =
            "\r\n" + Front.head("/length", "Content-Length: 6") + "a\r\n\r\nb"
            + Front.head("/chunks", "Transfer-Encoding: chunked") + "6\r\na\n\r\n\r\n\r\n0\r\nT: t\r\n\r\n"
            + "\r\n\r\n" + Front.head("/none") + Front.head("/last", "Content-Length: 0")
        var rest = Array(stream.utf8)[...]
        while !rest.isEmpty {
            front.receive(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        for _ in 0..<4 { try front.answer() }
        #expect(front.requests == ["/length", "/chunks", "/none", "/last"])
        #expect(try front.statuses() == ["200", "200", "200", "200"])
    }

    @Test func `frames that came with the upgrade reach the socket in order`() async throws {
        var settings = GatewaySettings()
        settings.servesSuites = true
        let front = try await Front(settings)
        let upgrade = Front.head(
            "/v1/echo",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        )
        var frames: [UInt8] = []
        for letter in "abc".utf8 { frames += [0x81, 0x81, 0, 0, 0, 0, letter] }
        front.receive(Array(Front.head("/a").utf8) + Array(upgrade.utf8) + frames)
        #expect(front.requests == ["/a"])
        try front.answer()
        front.receive([0x81, 0x81, 0, 0, 0, 0, UInt8(ascii: "d")])
        var sent: [UInt8] = []
        while let bytes = try front.channel.readOutbound(as: ByteBuffer.self) { sent += bytes.readableBytesView }
        let echoes: [UInt8] = "abcd".utf8.flatMap { [0x81, 1, $0] }
        #expect(String(decoding: sent, as: UTF8.self).contains("HTTP/1.1 101 "))
        #expect(sent.suffix(echoes.count) == echoes[...])
    }

    @Test(arguments: [(-1, []), (0, []), (1, ["431"])])
    func `32 KiB may come without a part of a request`(more: Int, statuses: [String]) async throws {
        let front = try await Front()
        let opening = "GET /a HTTP/1.1\r\nHost: localhost\r\nX:"
        // In two pieces: what is over is found where it comes.
        let spaces = 32 * 1024 - opening.utf8.count + more
        front.receive(opening + String(repeating: " ", count: spaces / 2))
        front.receive(String(repeating: " ", count: spaces - spaces / 2))
        let answers = try front.statuses()
        #expect(answers == statuses)
        #expect(front.channel.isActive == statuses.isEmpty)
        guard statuses.isEmpty else { return }
        front.receive("y\r\n\r\n")
        #expect(front.requests == ["/a"])
    }
}

@Suite("A peer that ends its side and reads on") struct HalfClosedTests {
    @Test func `gets the answers that are due, and then the end`() async throws {
        let front = try await Front()
        front.receive(Front.head("/a") + Front.head("/b"))
        front.endInput()
        try front.answer()
        #expect(front.channel.isActive)
        try front.answer()
        #expect(front.requests == ["/a", "/b"])
        #expect(try front.statuses() == ["200", "200"])
        #expect(!front.channel.isActive)
    }

    @Test func `gets the end only when it has taken the answer`() async throws {
        let front = try await Front()
        front.isRead = false
        front.receive(Front.head("/a"))
        front.endInput()
        try front.answer()
        #expect(front.channel.isActive)
        front.isRead = true
        front.channel.embeddedEventLoop.run()
        #expect(!front.channel.isActive)
    }

    @Test(arguments: [
        ("", []), ("\r\n", []), ("GET /a HT", ["400"]), ("GET /a HTTP/1.1\r\nHost: localhost\r\n", ["400"]),
    ])
    func `is ended at once where no request is due`(text: String, statuses: [String]) async throws {
        let front = try await Front()
        if !text.isEmpty { front.receive(text) }
        front.endInput()
        #expect(try front.statuses() == statuses)
        #expect(!front.channel.isActive)
        #expect(front.requests == [])
    }

    @Test(arguments: [(-1, 64), (0, 64), (1, 63)])
    func `has 64 KiB behind a request, and nothing is answered beyond`(more: Int, answered: Int) async throws {
        let front = try await Front()
        front.receive(Front.head("/a"))
        // All that the kernel has comes at once when the stream ends.
        for size in Array(repeating: 1_024, count: 63) + [1_024 + more] {
            let bare = Front.head("/b", "Pad: ").utf8.count
            front.receive(Front.head("/b", "Pad: " + String(repeating: "p", count: size - bare)))
        }
        front.receive(Front.head("/c"))
        front.endInput()
        while front.channel.isActive { try front.answer() }
        #expect(front.requests == ["/a"] + Array(repeating: "/b", count: answered))
    }
}

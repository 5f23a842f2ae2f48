import CAASClient
import CAASProtocol
import NIOCore
import NIOPosix
import Testing

@Suite("The Swift client, when things fail", .timeLimit(.minutes(1))) struct FailureTests {
    @Test(arguments: [
        "https://chat.example", "wss://chat.example", "ftp://chat.example", "chat.example", "", "http://", "http://:80",
        "http://a b", "http://user:password@chat.example", "http://chat.example:0", "http://chat.example:65536",
    ])
    func `a URL that leads nowhere is refused before anything is sent`(_ url: String) async {
        let error = await #expect(throws: CAASError.self) { _ = try await CAASClient.connect(to: url, token: "t") }
        #expect(error?.code == "INVALID_PAYLOAD")
        #expect(error?.reason == "url")
    }

    @Test(arguments: ["t\r\nX: y", "t\n", "\u{0}"])
    func `a token cannot add to the request`(_ token: String) async throws {
        let service = try await FakeService(answering: { _ in [] })
        let error = await #expect(throws: CAASError.self) {
            _ = try await CAASClient.connect(to: service.url, token: token)
        }
        #expect(error?.code == "INVALID_PAYLOAD")
    }

    @Test func `nobody at the port`() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        #expect(await reason(connectingTo: "ws://127.0.0.1:\(port)") == "connect")
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 503 Busy\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
    ])
    func `a server that does not shake hands`(_ answer: String) async throws {
        let service = try await FakeService(handshake: answer) { _ in [] }
        #expect(await reason(connectingTo: service.url) == "handshake")
    }

    @Test func `a server that says nothing, before the handshake and after it`() async throws {
        let silent = try await FakeService(handshake: "") { _ in [] }
        #expect(await reason(connectingTo: silent.url, within: .milliseconds(100)) == "connect")
        let idle = try await FakeService(script: { _ in [] })
        #expect(await reason(connectingTo: idle.url, within: .milliseconds(100)) == "connect")
    }

    @Test func `a refused token throws the service's error, not the close that follows`() async throws {
        let service = try await FakeService { event in
            guard case .opened = event else { return [] }
            let error = #"{"code":"AUTH_INVALID","message":"m","details":{"reason":"signature","retryable":false}}"#
            return [.event("error", error), .close(4402)]
        }
        let error = await #expect(throws: CAASError.self) {
            _ = try await CAASClient.connect(to: service.url, token: "t")
        }
        #expect(error?.code == "AUTH_INVALID")
        #expect(error?.reason == "signature")
    }

    @Test func `a close before the session names its code`() async throws {
        let service = try await FakeService { event in
            if case .opened = event { [.close(4401)] } else { [] }
        }
        let error = await #expect(throws: CAASError.self) {
            _ = try await CAASClient.connect(to: service.url, token: "t")
        }
        #expect(error?.reason == "closed")
        #expect(error?.message.contains("4401") == true)
    }

    @Test func `no acknowledgement in time leaves the connection as it is`() async throws {
        let service = try await FakeService(answering: { $0.type == "ping" ? [.event("note", "{}")] : [] })
        var limits = ClientLimits()
        limits.ackTimeout = .milliseconds(50)
        let connection = try await CAASClient.connect(to: service.url, token: "t", limits: limits)
        for type in ["message:send", "ping"] {
            let error = await #expect(throws: CAASError.self) { _ = try await connection.send(type) }
            #expect(error?.reason == "timeout")
        }
        // What the service says afterwards still arrives.
        var events = connection.events.makeAsyncIterator()
        #expect(try await events.next()?.type == "note")
    }

    @Test(arguments: [
        ([FakeService.Reply.drop], "closed"), ([.close(4102)], "closed"), ([.text("{")], "unreadable"),
        ([.text("{}")], "unreadable"), ([.raw("\u{7f}\u{7f}\u{7f}\u{7f}")], "unreadable"),
        ([.text(String(repeating: "x", count: 2_000))], "too_large"),
    ])
    func `a lost connection fails what waits and ends the events`(_ replies: [FakeService.Reply], _ reason: String)
        async throws
    {
        let service = try await FakeService(answering: { _ in replies })
        var limits = ClientLimits()
        limits.frameBytes = 1_000
        let connection = try await CAASClient.connect(to: service.url, token: "t", limits: limits)
        let error = await #expect(throws: CAASError.self) { _ = try await connection.send("ping") }
        #expect(error?.reason == reason)
        let end = await #expect(throws: CAASError.self) { for try await _ in connection.events {} }
        #expect(end == error)
    }

    private func reason(connectingTo url: String, within timeout: Duration = .seconds(10)) async -> String? {
        var limits = ClientLimits()
        limits.connectTimeout = timeout
        do {
            _ = try await CAASClient.connect(to: url, token: "t", limits: limits)
            return nil
        } catch {
            return (error as? CAASError)?.reason
        }
    }
}

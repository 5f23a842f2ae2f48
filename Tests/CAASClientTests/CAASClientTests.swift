import CAASClient
import CAASProtocol
import Synchronization
import Testing

@Suite("The Swift client", .timeLimit(.minutes(1))) struct CAASClientTests {
    @Test func `a connection begins with session:ready and carries the token as a header`() async throws {
        let head = Mutex("")
        let service = try await FakeService { event in
            guard case .opened(let request) = event else { return [] }
            head.withLock { $0 = request }
            return [.ready]
        }
        let connection = try await CAASClient.connect(to: service.url, token: "a.b.c")
        #expect(connection.session.type == "session:ready")
        #expect(connection.session.data?.text == #"{"sessionId":"s"}"#)
        let request = head.withLock { $0 }
        #expect(request.hasPrefix("GET /v1/socket HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAuthorization: Bearer a.b.c\r\n"))
        #expect(request.contains("\r\nSec-WebSocket-Protocol: caas.v1\r\n"))
    }

    @Test(arguments: [
        ("http", "", "/v1/socket"), ("ws", "/", "/v1/socket"), ("WS", "?v=1", "/v1/socket?v=1"),
        ("ws", "/v1/echo", "/v1/echo"),
        ("http", "/chat/a%20b?x=%C3%A9", "/chat/a%20b?x=%C3%A9"),
    ])
    func `the path is that of the URL, or the socket's`(_ scheme: String, _ end: String, _ path: String) async throws {
        let head = Mutex("")
        let service = try await FakeService { event in
            guard case .opened(let request) = event else { return [] }
            head.withLock { $0 = request }
            return [.ready]
        }
        let url = scheme + service.url.dropFirst("http".count) + end
        _ = try await CAASClient.connect(to: url, token: "t")
        #expect(head.withLock { $0 }.hasPrefix("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:"))
    }

    @Test func `a request returns the data of its acknowledgement`() async throws {
        let service = try await FakeService(answering: { frame in
            let data = #"{"success":true,"type":"\#(frame.type)","data":\#(frame.data?.text ?? "null")}"#
            return [.ack(frame, data)]
        })
        let connection = try await CAASClient.connect(to: service.url, token: "t")
        let answer = try await connection.send(
            "message:send",
            conversation: ConversationID("c"),
            data: try JSONFragment(parsing: #"{"content":"é"}"#)
        )
        #expect(answer.text == #"{"success":true,"type":"message:send","data":{"content":"é"}}"#)
    }

    @Test func `a refusal is an error with all that the service said`() async throws {
        let error = #"{"code":"NOT_MEMBER","message":"no","details":{"reason":"r","retryable":false},"retryAfter":5}"#
        let service = try await FakeService(answering: { [.ack($0, #"{"success":false,"error":\#(error)}"#)] })
        let connection = try await CAASClient.connect(to: service.url, token: "t")
        let refusal = await #expect(throws: CAASError.self) { _ = try await connection.send("ping") }
        #expect(refusal?.code == "NOT_MEMBER")
        #expect(refusal?.message == "no")
        #expect(refusal?.reason == "r")
        #expect(refusal?.json.canonicalForm() == (try JSONFragment(parsing: error).canonicalForm()))
    }

    @Test func `many requests at once each get their own answer, whatever its place`() async throws {
        let held = Mutex<[ReceivedFrame]>([])
        let service = try await FakeService(answering: { frame in
            // Answers in pairs, the later one first.
            held.withLock { held in
                held.append(frame)
                guard held.count == 2 else { return [] }
                defer { held = [] }
                return held.reversed().map { .ack($0, #"{"success":true,"of":\#($0.data?.text ?? "")}"#) }
            }
        })
        let connection = try await CAASClient.connect(to: service.url, token: "t")
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    let answer = try await connection.send("ping", data: try JSONFragment(parsing: "{\"n\":\(number)}"))
                    #expect(answer.text == #"{"success":true,"of":{"n":\#(number)}}"#)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `no more requests are in flight than the limit`() async throws {
        let held = Mutex<(frames: [ReceivedFrame], most: Int)>(([], 0))
        let service = try await FakeService(answering: { frame in
            held.withLock { held in
                held.frames.append(frame)
                held.most = max(held.most, held.frames.count)
                guard held.frames.count == 3 else { return [] }
                defer { held.frames = [] }
                return held.frames.map { .ack($0) }
            }
        })
        var limits = ClientLimits()
        limits.inFlight = 3
        let connection = try await CAASClient.connect(to: service.url, token: "t", limits: limits)
        try await withThrowingTaskGroup { group in
            for _ in 0..<30 { group.addTask { _ = try await connection.send("ping") } }
            try await group.waitForAll()
        }
        #expect(held.withLock { $0.most } == 3)
    }

    @Test func `one id waits once, and more than fit are refused`() async throws {
        let service = try await FakeService(answering: { _ in [] })
        let connection = try await CAASClient.connect(to: service.url, token: "t")
        let reasons = await withTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    do {
                        _ = try await connection.send("ping", id: FrameID("same"))
                        return ""
                    } catch {
                        return (error as? CAASError)?.reason ?? ""
                    }
                }
            }
            let refused = await group.next()
            await connection.close()
            return [refused, await group.next()]
        }
        #expect(reasons == ["too_many", "closed"])
    }

    @Test func `events come in order, acknowledgements not among them, and pings are answered`() async throws {
        let service = try await FakeService { event in
            switch event {
            case .opened: [.ready, .event("one", "{}"), .binary, .ping]
            case .pong: [.event("two", "[1]"), .event("error", #"{"code":"FORBIDDEN"}"#)]
            case .frame(let frame): [.event("three", "{}"), .ack(frame), .event("four", "{}")]
            case .closed: []
            }
        }
        let connection = try await CAASClient.connect(to: service.url, token: "t")
        var events = connection.events.makeAsyncIterator()
        for type in ["one", "two", "error"] { #expect(try await events.next()?.type == type) }
        _ = try await connection.send("ping")
        for type in ["three", "four"] { #expect(try await events.next()?.type == type) }
    }

    @Test func `with too many unread events the sequence says so, and requests go on`() async throws {
        let service = try await FakeService(answering: { frame in
            (0..<9).map { .event("e\($0)", "{}") } + [.ack(frame)]
        })
        var limits = ClientLimits()
        limits.unreadEvents = 4
        let connection = try await CAASClient.connect(to: service.url, token: "t", limits: limits)
        _ = try await connection.send("ping")
        _ = try await connection.send("ping")
        var types: [String] = []
        let error = await #expect(throws: CAASError.self) {
            for try await event in connection.events { types.append(event.type) }
        }
        #expect(types == ["e0", "e1", "e2", "e3"])
        #expect(error?.reason == "slow_consumer")
    }

    @Test func `closing is orderly: the service sees it, events end, later requests fail`() async throws {
        let (codes, continuation) = AsyncStream<UInt16?>.makeStream()
        let service = try await FakeService { event in
            if case .closed(let seen) = event { continuation.yield(seen) }
            if case .opened = event { return [.ready] }
            return []
        }
        let connection = try await CAASClient.connect(to: service.url, token: "t")
        await connection.close()
        // The service learns of it on its own loop, perhaps a moment later.
        var seen = codes.makeAsyncIterator()
        #expect(await seen.next() == 1000)
        for try await event in connection.events { Issue.record("\(event.type)") }
        let error = await #expect(throws: CAASError.self) { _ = try await connection.send("ping") }
        #expect(error?.reason == "closed")
        await connection.close()
    }
}

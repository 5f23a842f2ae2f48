import EngineIOWire
import NIOCore
import Testing

@Suite("POST") struct PostTests {
    @Test func `is answered when its messages were taken, in order`() throws {
        var session = try Session(over: .polling)
        #expect(
            session.post("4a", "bAQIDBA==", "4", "b", "3", "6", "4€")
                == [
                    .message("a"), .binaryMessage([1, 2, 3, 4]), .message(""), .binaryMessage([]), .message("€"),
                    .posted,
                ]
        )
    }

    @Test func `is taken in steps, and nothing is answered before the last message was pulled`() throws {
        var session = try Session(over: .polling)
        #expect(session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start) == nil)
        #expect(session.drain(takingMessages: false) == [])
        #expect(session.machine.nextAction() == .message(.text, ByteBuffer(string: "a")))
        #expect(session.drain(takingMessages: false) == [])
        #expect(session.machine.poll(now: session.start) == nil)
        #expect(session.machine.nextAction(takingMessages: false) == nil)
        session.machine.send(.text(ByteBuffer(string: "4out")))
        #expect(session.drain(takingMessages: false) == [.polled(["4out"])])
        #expect(session.drain() == [.message("b"), .posted])
    }

    @Test func `without messages is answered to a caller who takes none`() throws {
        var session = try Session(over: .polling)
        _ = session.machine.post(ByteBuffer(string: "3\u{1E}6"), isBinary: false, now: session.start)
        #expect(session.drain(takingMessages: false) == [.posted])
    }

    @Test func `a second one while one is taken ends the session, and both are answered`() throws {
        var session = try Session(over: .polling)
        _ = session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start)
        _ = session.machine.nextAction()
        #expect(session.machine.beginPost(now: session.start) == .fault(.badRequest))
        #expect(session.drain() == [.refusedPost(.fault(.badRequest)), .closed(.violation(.secondPost))])
    }

    @Test func `a second one while the first is still on its way ends the session`() throws {
        var session = try Session(over: .polling)
        #expect(session.machine.beginPost(now: session.start) == nil)
        #expect(session.machine.beginPost(now: session.start) == .fault(.badRequest))
        #expect(session.drain() == [.closed(.violation(.secondPost))])
        #expect(session.post("4a") == [.refused(.fault(.sessionUnknown))])
    }

    @Test func `one after the other is answered`() throws {
        var session = try Session(over: .polling)
        for _ in 0..<3 {
            #expect(session.machine.beginPost(now: session.start) == nil)
            #expect(session.post("4a") == [.message("a"), .posted])
        }
    }

    @Test func `of exactly the largest size is taken, above it refused, and the session lives on`() throws {
        var settings = EngineIOSettings()
        settings.maxPayload = 10
        var session = try Session(over: .polling, settings)
        #expect(session.post("4123456789") == [.message("123456789"), .posted])
        #expect(session.machine.beginPost(now: session.start) == nil)
        #expect(session.post("41234567890") == [.refused(.tooLarge)])
        #expect(session.post("4x") == [.message("x"), .posted])
    }

    @Test func `refused by the caller leaves the session alive`() throws {
        var session = try Session(over: .polling)
        #expect(session.machine.beginPost(now: session.start) == nil)
        session.machine.abandonPost()
        #expect(session.machine.beginPost(now: session.start) == nil)
        #expect(session.post("4x") == [.message("x"), .posted])
    }

    @Test func `cut off before its end, it ends the session`() throws {
        var session = try Session(over: .polling)
        session.machine.postCut()
        #expect(session.drain() == [])
        _ = session.machine.beginPost(now: session.start)
        session.machine.postCut()
        #expect(session.drain() == [.closed(.transportClosed)])
    }

    @Test func `announced as bytes, it ends the session`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(
            session.post("4x", isBinary: true) == [.refused(.notText), .polled(["1"]), .closed(.violation(.notText))]
        )
    }

    @Test func `that is not UTF-8 ends the session before anything of it is taken`() throws {
        var session = try Session(over: .polling)
        #expect(
            session.post(body: ByteBuffer(bytes: [0x34, 0x61, 0x1E, 0x34, 0xC3]))
                == [.refused(.fault(.badRequest)), .closed(.violation(.notText))]
        )
    }

    /// CVE-2020-36048, CVE-2020-36049.
    @Test func `of a thousand packets is taken, one more ends the session before any is`() throws {
        var session = try Session(over: .polling)
        let packets = Array(repeating: "4", count: 1_000).joined(separator: Session.separator)
        let seen = session.post(packets)
        #expect(seen.count == 1_001 && seen.last == .posted)
        #expect(
            session.post(packets, "4") == [.refused(.fault(.badRequest)), .closed(.violation(.tooManyPackets))]
        )
    }

    @Test(
        arguments: [
            ("", EngineIOViolation.emptyPacket), ("\u{1E}", .emptyPacket), ("4a\u{1E}", .emptyPacket),
            ("x", .unknownType), ("abc", .unknownType), ("7", .unknownType), (" 4a", .unknownType), ("é", .unknownType),
            ("1x", .unexpectedPayload), ("6x", .unexpectedPayload), ("5x", .unexpectedPayload),
            ("bA", .invalidBase64), ("2", .ping), ("2probe", .ping), ("0{}", .misplaced), ("5", .misplaced),
        ]
    )
    func `a bad packet ends the session, and every request is answered`(
        body: String,
        violation: EngineIOViolation
    ) throws {
        var session = try Session(over: .polling)
        _ = session.get()
        let before: [Seen] = [.message("first")] + (body == "4a\u{1E}" ? [.message("a")] : [])
        #expect(
            session.post("4first", body, "4behind")
                == before + [.polled(["1"]), .refusedPost(.fault(.badRequest)), .closed(.violation(violation))]
        )
        #expect(session.post("4x") == [.refused(.fault(.sessionUnknown))])
    }

    @Test func `without a body is a bad packet`() throws {
        var session = try Session(over: .polling)
        #expect(session.post("") == [.refusedPost(.fault(.badRequest)), .closed(.violation(.emptyPacket))])
    }

    @Test func `is refused where a WebSocket carries the session, which lives on`() throws {
        var session = try Session(over: .websocket)
        #expect(session.machine.beginPost(now: session.start) == .fault(.badRequest))
        #expect(session.post("4x") == [.refused(.fault(.badRequest))])
        #expect(session.text("4x") == [.message("x")])
    }
}

import EngineIOWire
import NIOCore
import Testing

@Suite("Close") struct ClosingTests {
    @Test func `the client's POST gives it back its GET at once, and the session is over`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.post("4last", "1") == [.message("last"), .polled(["6"]), .posted, .closed(.client)])
        #expect(session.get() == [.refused(.fault(.sessionUnknown))])
        #expect(session.machine.beginPost(now: session.start) == .fault(.sessionUnknown))
        #expect(session.machine.nextAction() == nil)
    }

    @Test func `the client's packet on a WebSocket closes it at once`() throws {
        var session = try Session(over: .websocket)
        #expect(session.text("1") == [.closedSocket(.carrier, nil), .closed(.client)])
        #expect(session.text("4x") == [])
    }

    @Test func `the client's packet on a WebSocket refuses what is left of a POST`() throws {
        var session = try Session(over: .polling)
        _ = session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start)
        _ = session.machine.nextAction()
        _ = session.upgrade()
        for text in ["2probe", "5"] {
            session.machine.received(.text, ByteBuffer(string: text), on: .candidate, now: session.start)
        }
        _ = session.drain(takingMessages: false)
        #expect(
            session.text("1") == [.refusedPost(.fault(.badRequest)), .closedSocket(.carrier, nil), .closed(.client)]
        )
    }

    @Test func `ours closes a WebSocket without a code, behind what was sent`() throws {
        var session = try Session(over: .websocket)
        session.machine.send(.text(ByteBuffer(string: "41")))
        #expect(session.close() == [.wrote(.carrier, "41"), .closedSocket(.carrier, nil), .closed(.server)])
        #expect(session.send("4x") == [])
        #expect(session.close() == [])
    }

    @Test func `ours is told by the GET that is held`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.close() == [.polled(["1"]), .closed(.server)])
    }

    @Test func `ours is told by a GET of its own, behind what was sent`() throws {
        var session = try Session(over: .polling)
        _ = session.send("4a", "4b")
        #expect(session.close(at: .seconds(3)) == [])
        #expect(session.send("4late") == [])
        #expect(session.wait(at: .seconds(3)) == .seconds(30))
        #expect(session.get(at: .seconds(20)) == [.polled(["4a", "4b"])])
        #expect(session.get(at: .seconds(20)) == [.polled(["1"]), .closed(.server)])
    }

    @Test func `ours waits for all that was sent, 16 packets a GET`() throws {
        var session = try Session(over: .polling)
        for place in 0..<16 { session.machine.send(.text(ByteBuffer(string: "4\(place)"))) }
        _ = session.close()
        #expect(session.get() == [.polled((0..<16).map { "4\($0)" })])
        #expect(session.get() == [.polled(["1"]), .closed(.server)])
    }

    @Test func `ours says no goodbye to who is to come back, once it has all that was sent`() throws {
        var session = try Session(over: .polling)
        for place in 0..<17 { session.machine.send(.text(ByteBuffer(string: "4\(place)"))) }
        #expect(session.close(saysGoodbye: false) == [])
        #expect(session.get() == [.polled((0..<16).map { "4\($0)" })])
        #expect(session.get() == [.polled(["416"]), .closed(.server)])
        #expect(session.get() == [.refused(.fault(.sessionUnknown))])
    }

    @Test func `without a goodbye the GET that is held is refused`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.close(saysGoodbye: false) == [.refusedPoll(.fault(.sessionUnknown)), .closed(.server)])
    }

    @Test func `ours waits 30 s for a GET`() throws {
        var session = try Session(over: .polling)
        _ = session.close(at: .seconds(10))
        #expect(session.tick(at: .seconds(39)) == [])
        #expect(session.tick(at: .seconds(40)) == [.closed(.server)])
    }

    @Test func `ours waits as long as is said`() throws {
        var session = try Session(over: .polling)
        session.machine.close(now: session.start, within: .seconds(2))
        #expect(session.tick(at: .seconds(1)) == [])
        #expect(session.tick(at: .seconds(2)) == [.closed(.server)])
    }

    @Test func `what the client says meanwhile is answered and passed over, but for its own close`() throws {
        var session = try Session(over: .polling)
        _ = session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start)
        _ = session.machine.nextAction()
        session.machine.close(now: session.start)
        #expect(session.drain(takingMessages: false) == [.posted])
        #expect(session.post("4c", "3") == [.posted])
        #expect(session.post("4d", "1") == [.posted, .closed(.client)])
    }

    @Test func `the end of the carrying WebSocket ends the session`() throws {
        var session = try Session(over: .websocket)
        session.machine.socketClosed(.carrier)
        #expect(session.drain() == [.closed(.transportClosed)])
        session.machine.socketClosed(.carrier)
        #expect(session.drain() == [])
    }

    @Test func `a WebSocket message above the limit is 1009`() throws {
        var settings = EngineIOSettings()
        settings.maxPayload = 10
        var session = try Session(over: .websocket, settings)
        #expect(session.binary(Array(repeating: 0, count: 10)) == [.binaryMessage(Array(repeating: 0, count: 10))])
        #expect(
            session.binary(Array(repeating: 0, count: 11))
                == [.closedSocket(.carrier, 1009), .closed(.violation(.tooLarge))]
        )
    }

    @Test(
        arguments: [
            ("", EngineIOViolation.emptyPacket), ("x", .unknownType), ("0{}", .misplaced), ("5", .misplaced),
            ("bA", .invalidBase64), ("1x", .unexpectedPayload),
        ]
    )
    func `a bad packet closes the WebSocket`(packet: String, violation: EngineIOViolation) throws {
        var session = try Session(over: .websocket)
        #expect(session.text(packet) == [.closedSocket(.carrier, nil), .closed(.violation(violation))])
    }

    @Test func `nothing follows the end, whatever comes`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        session.machine.pollCut()
        #expect(session.drain() == [.closed(.transportClosed)])
        _ = session.send("4x")
        session.machine.pollCut()
        session.machine.postCut()
        session.machine.abandonPost()
        session.machine.socketClosed(.candidate)
        session.machine.close(now: session.start)
        #expect(session.upgrade() == false)
        #expect(session.tick(at: .seconds(1_000)) == [])
        #expect(session.text("4x", on: .candidate) == [])
        #expect(session.machine.queuedBytes == 0)
    }
}

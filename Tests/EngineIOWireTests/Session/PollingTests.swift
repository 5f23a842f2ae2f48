import EngineIOWire
import NIOCore
import Testing

@Suite("GET") struct PollingTests {
    @Test func `is held until there is something to say`() throws {
        var session = try Session(over: .polling)
        #expect(session.get() == [])
        #expect(session.send("4hello") == [.polled(["4hello"])])
        #expect(session.send("4more") == [])
        #expect(session.get() == [.polled(["4more"])])
    }

    @Test func `takes all that waits in order, joined by separators`() throws {
        var session = try Session(over: .polling)
        _ = session.send("4a", "4b", "4")
        session.machine.send(.binary(ByteBuffer(bytes: [1, 2, 3, 4])))
        session.machine.send(.binary(ByteBuffer()))
        #expect(session.get() == [.polled(["4a", "4b", "4", "bAQIDBA==", "b"])])
    }

    @Test func `is answered once with all that is sent before the actions are pulled`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.send("4a", "4b") == [.polled(["4a", "4b"])])
    }

    @Test func `takes 16 packets at most, and the next one the rest`() throws {
        var session = try Session(over: .polling)
        let packets = (0..<40).map { "4\($0)" }
        for packet in packets { session.machine.send(.text(ByteBuffer(string: packet))) }
        #expect(session.machine.queuedPackets == 40)
        #expect(session.get() == [.polled(Array(packets[0..<16]))])
        #expect(session.get() == [.polled(Array(packets[16..<32]))])
        #expect(session.get() == [.polled(Array(packets[32..<40]))])
        #expect(session.get() == [])
        #expect(session.machine.queuedPackets == 0)
    }

    @Test func `does not part a message from its attachments`() throws {
        var session = try Session(over: .polling)
        for place in 0..<10 { session.machine.send(.text(ByteBuffer(string: "4\(place)"))) }
        let attachment = EngineIOMachine.Outgoing.binary(ByteBuffer(bytes: [0]))
        session.machine.send([.text(ByteBuffer(string: "456-["))] + Array(repeating: attachment, count: 6))
        session.machine.send(.text(ByteBuffer(string: "4last")))
        #expect(session.get() == [.polled((0..<10).map { "4\($0)" })])
        #expect(session.get() == [.polled(["456-["] + Array(repeating: "bAA==", count: 6) + ["4last"])])
    }

    @Test func `parts only what is longer than a reply by itself`() throws {
        var session = try Session(over: .polling)
        session.machine.send((0..<20).map { .text(ByteBuffer(string: "4\($0)")) })
        session.machine.send(.text(ByteBuffer(string: "4last")))
        #expect(session.get() == [.polled((0..<16).map { "4\($0)" })])
        #expect(session.get() == [.polled((16..<20).map { "4\($0)" } + ["4last"])])
    }

    @Test func `counts what waits in bytes`() throws {
        var session = try Session(over: .polling)
        _ = session.send("4abc", "4d")
        session.machine.send(.binary(ByteBuffer(bytes: [1, 2, 3])))
        #expect(session.machine.queuedBytes == 9)
        _ = session.get()
        #expect(session.machine.queuedBytes == 0)
    }

    @Test func `is answered after 26 s although there is nothing to say`() throws {
        var settings = EngineIOSettings()
        settings.pingInterval = .seconds(100)
        var session = try Session(over: .polling, settings)
        _ = session.get()
        #expect(session.tick(at: .seconds(25)) == [])
        #expect(session.wait(at: .seconds(25)) == .seconds(1))
        #expect(session.tick(at: .seconds(26)) == [.polled(["6"])])
        #expect(session.wait(at: .seconds(26)) == .seconds(74))
        #expect(session.get(at: .seconds(27)) == [])
    }

    @Test func `a second one while one is held ends the session, and both are answered`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(
            session.get() == [.refused(.fault(.badRequest)), .polled(["1"]), .closed(.violation(.secondPoll))]
        )
        #expect(session.get() == [.refused(.fault(.sessionUnknown))])
    }

    @Test func `cut off it ends the session`() throws {
        var session = try Session(over: .polling)
        session.machine.pollCut()
        #expect(session.drain() == [])
        _ = session.get()
        session.machine.pollCut()
        #expect(session.drain() == [.closed(.transportClosed)])
    }

    @Test func `is refused where a WebSocket carries the session, which lives on`() throws {
        var session = try Session(over: .websocket)
        #expect(session.get() == [.refused(.fault(.badRequest))])
        #expect(session.text("4x") == [.message("x")])
    }

    @Test func `one packet is not copied`() throws {
        let text = ByteBuffer(string: "4" + String(repeating: "x", count: 10_000))
        let body = EngineIOPayload.join([.text(text)])
        let isSame = text.withUnsafeReadableBytes { one in
            body.withUnsafeReadableBytes { $0.baseAddress == one.baseAddress }
        }
        #expect(isSame)
    }
}

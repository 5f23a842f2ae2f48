import EngineIOWire
import NIOCore
import Testing

@Suite("Upgrade") struct UpgradeTests {
    private func probed(_ settings: EngineIOSettings = .init()) throws -> Session {
        var session = try Session(over: .polling, settings)
        #expect(session.upgrade() == true)
        #expect(session.text("2probe", on: .candidate) == [.wrote(.candidate, "3probe")])
        return session
    }

    @Test func `a probe is answered and ends the GET at once; 5 makes the WebSocket the carrier`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.upgrade() == true)
        #expect(session.drain() == [])
        #expect(session.text("2probe", on: .candidate) == [.wrote(.candidate, "3probe"), .polled(["6"])])
        #expect(!session.machine.isDirect)
        #expect(session.text("5", on: .candidate) == [.promoted])
        #expect(session.machine.carrier == .websocket)
        #expect(session.machine.isDirect)
        #expect(session.text("4hi") == [.message("hi")])
        #expect(session.send("4hello") == [.wrote(.carrier, "4hello")])
    }

    @Test func `every GET between probe and 5 is answered at once`() throws {
        var session = try probed()
        #expect(session.get() == [.polled(["6"])])
        #expect(session.get() == [.polled(["6"])])
        _ = session.send("4a")
        #expect(session.get() == [.polled(["4a"])])
        #expect(session.get() == [.polled(["6"])])
        #expect(session.post("4b") == [.message("b"), .posted])
    }

    @Test func `until 5 polling is the transport, then what waits goes over the WebSocket in order`() throws {
        var session = try probed()
        #expect(session.send("4a", "4b") == [])
        session.machine.send([.text(ByteBuffer(string: "451-[]")), .binary(ByteBuffer(bytes: [7]))])
        #expect(session.machine.queuedBytes == 11)
        session.machine.received(.text, ByteBuffer(string: "5"), on: .candidate, now: session.start)
        #expect(!session.machine.isDirect)
        session.machine.send(.text(ByteBuffer(string: "4late")))
        #expect(
            session.drain() == [
                .promoted, .wrote(.carrier, "4a"), .wrote(.carrier, "4b"), .wrote(.carrier, "451-[]"),
                .wroteBinary(.carrier, [7]), .wrote(.carrier, "4late"),
            ]
        )
        #expect(session.machine.isDirect)
        #expect(session.machine.queuedBytes == 0)
    }

    @Test func `a client may send 5 and messages without waiting for anything`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.upgrade() == true)
        session.machine.received(.text, ByteBuffer(string: "2probe"), on: .candidate, now: session.start)
        session.machine.send(.text(ByteBuffer(string: "4waiting")))
        session.machine.received(.text, ByteBuffer(string: "5"), on: .candidate, now: session.start)
        session.machine.received(.text, ByteBuffer(string: "4hi"), on: .carrier, now: session.start)
        #expect(
            session.drain() == [
                .wrote(.candidate, "3probe"), .promoted, .polled(["6"]), .wrote(.carrier, "4waiting"), .message("hi"),
            ]
        )
    }

    @Test func `a POST that is not used up yet comes before what the WebSocket brings`() throws {
        var session = try probed()
        _ = session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start)
        #expect(session.machine.nextAction() == .message(.text, ByteBuffer(string: "a")))
        session.machine.received(.text, ByteBuffer(string: "5"), on: .candidate, now: session.start)
        #expect(session.drain(takingMessages: false) == [.promoted])
        session.machine.received(.text, ByteBuffer(string: "4c"), on: .carrier, now: session.start)
        session.machine.received(.binary, ByteBuffer(bytes: [1]), on: .carrier, now: session.start)
        session.machine.received(.text, ByteBuffer(string: "4d"), on: .carrier, now: session.start)
        #expect(session.drain(takingMessages: false) == [])
        #expect(
            session.drain() == [.message("b"), .posted, .message("c"), .binaryMessage([1]), .message("d")]
        )
    }

    @Test func `what was thrown away for its size keeps its place behind such a POST`() throws {
        var session = try probed()
        _ = session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start)
        session.machine.received(.text, ByteBuffer(string: "5"), on: .candidate, now: session.start)
        #expect(session.drain(takingMessages: false) == [.promoted])
        session.machine.received(.text, ByteBuffer(string: "4c"), on: .carrier, now: session.start)
        session.machine.discarded(.text, size: 9, opening: ByteBuffer(string: "4d"), on: .carrier, now: session.start)
        session.machine.received(.text, ByteBuffer(string: "4e"), on: .carrier, now: session.start)
        #expect(session.drain(takingMessages: false) == [])
        #expect(
            session.drain() == [
                .message("a"), .message("b"), .posted, .message("c"), .oversized(.text, 8, "d"), .message("e"),
            ]
        )
    }

    @Test func `a message too large to keep closes a WebSocket that carries nothing`() throws {
        var session = try probed()
        #expect(session.discarded(.text, size: 9, opening: "4d", on: .candidate) == [.closedSocket(.candidate, nil)])
        #expect(session.discarded(.text, size: 9, opening: "4d") == [])
        #expect(session.post("4a") == [.message("a"), .posted])
    }

    @Test func `a POST that began before 5 may end after it`() throws {
        var session = try probed()
        #expect(session.machine.beginPost(now: session.start) == nil)
        _ = session.text("5", on: .candidate)
        #expect(session.post("4a") == [.message("a"), .posted])
        #expect(session.post("4b") == [.refused(.fault(.badRequest))])
    }

    @Test(arguments: ["", "2", "2Probe", "2probe ", "3probe", "5", "4hi", "1", "0{}", "x"])
    func `what is no probe closes the WebSocket alone`(first: String) throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.upgrade() == true)
        #expect(session.text(first, on: .candidate) == [.closedSocket(.candidate, nil)])
        #expect(session.send("4a") == [.polled(["4a"])])
        #expect(session.upgrade() == true)
    }

    @Test(arguments: ["", "2probe", "2", "3", "4hi", "1", "5x", "6"])
    func `what is not 5 behind the probe closes the WebSocket alone`(second: String) throws {
        var session = try probed()
        #expect(session.text(second, on: .candidate) == [.closedSocket(.candidate, nil)])
        #expect(session.get() == [])
        #expect(session.send("4a") == [.polled(["4a"])])
    }

    @Test func `a binary message on a WebSocket that carries nothing closes it`() throws {
        var session = try Session(over: .polling)
        #expect(session.upgrade() == true)
        #expect(session.binary(Array("2probe".utf8), on: .candidate) == [.closedSocket(.candidate, nil)])
    }

    @Test func `not probed or not used within 10 s it is closed, and GETs are held again`() throws {
        for isProbed in [false, true] {
            var session = try Session(over: .polling)
            #expect(session.upgrade(at: .seconds(1)) == true)
            if isProbed { _ = session.text("2probe", on: .candidate, at: .seconds(9)) }
            #expect(session.tick(at: .seconds(10)) == [])
            #expect(session.wait(at: .seconds(10)) == .seconds(1))
            #expect(session.tick(at: .seconds(11)) == [.closedSocket(.candidate, nil)])
            #expect(session.get(at: .seconds(12)) == [])
            #expect(session.text("5", on: .candidate) == [])
            #expect(session.machine.carrier == .polling)
        }
    }

    @Test func `lost it leaves the session alone, and GETs are held again`() throws {
        var session = try probed()
        session.machine.socketClosed(.candidate)
        #expect(session.drain() == [])
        #expect(session.get() == [])
        #expect(session.upgrade() == true)
    }

    @Test func `a second WebSocket is not taken, while upgrading, upgraded or from the start`() throws {
        var session = try Session(over: .polling)
        #expect(session.upgrade() == true)
        #expect(session.upgrade() == false)
        _ = session.text("2probe", on: .candidate)
        #expect(session.upgrade() == false)
        #expect(session.text("5", on: .candidate) == [.promoted])
        #expect(session.upgrade() == false)
        #expect(session.drain() == [])
        #expect(session.text("4x") == [.message("x")])
        var direct = try Session(over: .websocket)
        #expect(direct.upgrade() == false)
    }

    @Test func `none is taken where upgrades are off, or the session is closing or over`() throws {
        var settings = EngineIOSettings()
        settings.allowsUpgrades = false
        var session = try Session(over: .polling, settings)
        #expect(session.upgrade() == false)
        var closing = try Session(over: .polling)
        _ = closing.close()
        #expect(closing.upgrade() == false)
        _ = closing.get()
        #expect(closing.upgrade() == false)
    }

    @Test func `GETs and POSTs after it are refused, and the session lives on`() throws {
        var session = try probed()
        _ = session.text("5", on: .candidate)
        #expect(session.get() == [.refused(.fault(.badRequest))])
        #expect(session.post("4x") == [.refused(.fault(.badRequest))])
        #expect(session.text("4x") == [.message("x")])
    }

    @Test func `the end of the session closes the WebSocket that carries nothing yet`() throws {
        var session = try probed()
        #expect(session.post("1") == [.posted, .closedSocket(.candidate, nil), .closed(.client)])
    }

    @Test func `either query may ask for base64`() throws {
        for (first, second) in [(true, false), (false, true)] {
            var session = try Session(over: .polling, takesBinary: first)
            #expect(session.upgrade(takesBinary: second) == true)
            _ = session.text("2probe", on: .candidate)
            _ = session.text("5", on: .candidate)
            session.machine.send(.binary(ByteBuffer(bytes: [1])))
            #expect(session.drain() == [.wrote(.carrier, "bAQ==")])
        }
    }
}

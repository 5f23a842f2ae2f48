import EngineIOWire
import NIOCore
import Testing

@Suite("Heartbeat") struct HeartbeatTests {
    @Test func `a WebSocket is pinged 25 s after the opening, and 20 s later it is lost`() throws {
        var session = try Session(over: .websocket)
        #expect(session.wait(at: .zero) == .seconds(25))
        #expect(session.tick(at: .seconds(24)) == [])
        #expect(session.tick(at: .seconds(25)) == [.wrote(.carrier, "2")])
        #expect(session.wait(at: .seconds(25)) == .seconds(20))
        #expect(session.tick(at: .seconds(44)) == [])
        #expect(session.tick(at: .seconds(45)) == [.closedSocket(.carrier, nil), .closed(.heartbeatLost)])
        #expect(session.wait(at: .seconds(46)) == nil)
    }

    @Test func `a session that polls is pinged by its GET, and lost without an answer`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        #expect(session.tick(at: .seconds(25)) == [.polled(["2"])])
        _ = session.get(at: .seconds(26))
        #expect(session.tick(at: .seconds(45)) == [.refusedPoll(.fault(.sessionUnknown)), .closed(.heartbeatLost)])
    }

    @Test func `a ping waits for the GET, and the time runs on`() throws {
        var session = try Session(over: .polling)
        #expect(session.tick(at: .seconds(25)) == [])
        #expect(session.get(at: .seconds(30)) == [.polled(["2"])])
        #expect(session.post("3", at: .seconds(44)) == [.posted])
        #expect(session.tick(at: .seconds(45)) == [])
    }

    @Test(arguments: ["3", "3probe", "4x", "6"])
    func `any packet after a ping is life, and the next ping comes 25 s after it`(packet: String) throws {
        for carrier in [EngineIOTransport.polling, .websocket] {
            var session = try Session(over: carrier)
            _ = session.tick(at: .seconds(25))
            if carrier == .polling {
                _ = session.get(at: .seconds(25))
                _ = session.post(packet, at: .seconds(40))
            } else {
                _ = session.text(packet, at: .seconds(40))
            }
            #expect(session.wait(at: .seconds(45)) == .seconds(20))
            _ = session.tick(at: .seconds(65))
            #expect(session.wait(at: .seconds(65)) == .seconds(20))
        }
    }

    @Test func `pings come on time to a client that talks all the time`() throws {
        var session = try Session(over: .websocket)
        for second in 1..<25 { _ = session.text("4x", at: .seconds(second)) }
        #expect(session.tick(at: .seconds(25)) == [.wrote(.carrier, "2")])
    }

    @Test func `a pong on the WebSocket answers a ping of the GET before`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        _ = session.tick(at: .seconds(25))
        _ = session.upgrade(at: .seconds(26))
        _ = session.text("2probe", on: .candidate, at: .seconds(26))
        _ = session.text("5", on: .candidate, at: .seconds(27))
        _ = session.text("3", at: .seconds(28))
        #expect(session.tick(at: .seconds(45)) == [])
    }

    @Test func `a transport just upgraded is pinged on time, also with the ping that waited`() throws {
        var session = try Session(over: .polling)
        _ = session.upgrade(at: .seconds(20))
        _ = session.text("2probe", on: .candidate, at: .seconds(24))
        #expect(session.tick(at: .seconds(25)) == [])
        #expect(session.text("5", on: .candidate, at: .seconds(26)) == [.promoted, .wrote(.carrier, "2")])
        var other = try Session(over: .polling)
        _ = other.upgrade(at: .seconds(20))
        _ = other.text("2probe", on: .candidate, at: .seconds(23))
        _ = other.text("5", on: .candidate, at: .seconds(24))
        #expect(other.tick(at: .seconds(25)) == [.wrote(.carrier, "2")])
    }

    @Test func `a client whose POST we hold back is not lost for its silence`() throws {
        var session = try Session(over: .polling)
        _ = session.get()
        _ = session.machine.post(ByteBuffer(string: "4a\u{1E}4b"), isBinary: false, now: session.start)
        #expect(session.machine.nextAction() == .message(.text, ByteBuffer(string: "a")))
        _ = session.machine.tick(now: session.start + .seconds(25))
        #expect(session.drain(takingMessages: false) == [.polled(["2"])])
        #expect(session.wait(at: .seconds(45)) == .seconds(20))
        #expect(session.drain() == [.message("b"), .posted])
        #expect(session.tick(at: .seconds(65)) == [.closed(.heartbeatLost)])
    }

    @Test func `the head of a POST is life`() throws {
        var session = try Session(over: .polling)
        _ = session.tick(at: .seconds(25))
        _ = session.machine.beginPost(now: session.start + .seconds(44))
        #expect(session.wait(at: .seconds(45)) == .seconds(24))
    }

    @Test func `a ping of the client outside the probe ends the session`() throws {
        var session = try Session(over: .websocket)
        #expect(session.text("2") == [.closedSocket(.carrier, nil), .closed(.violation(.ping))])
    }
}

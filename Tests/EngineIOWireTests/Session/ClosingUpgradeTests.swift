import EngineIOWire
import NIOCore
import Testing

@Suite("Close while a WebSocket may take over") struct ClosingUpgradeTests {
    /// A session that has something to say, and whose client was told that it may give up polling.
    private func probed(_ texts: String...) throws -> Session {
        var session = try Session(over: .polling)
        #expect(session.upgrade() == true)
        #expect(session.text("2probe", on: .candidate) == [.wrote(.candidate, "3probe")])
        for text in texts { #expect(session.send(text) == []) }
        return session
    }

    @Test(arguments: [true, false])
    func `before the probe its WebSocket ends, and polling is told`(saysGoodbye: Bool) throws {
        var session = try Session(over: .polling)
        #expect(session.upgrade() == true)
        _ = session.send("4a")
        #expect(session.close(saysGoodbye: saysGoodbye) == [.closedSocket(.candidate, nil)])
        #expect(session.text("2probe", on: .candidate) == [])
        #expect(session.get() == [.polled(["4a"])] + (saysGoodbye ? [] : [.closed(.server)]))
        if saysGoodbye { #expect(session.get() == [.polled(["1"]), .closed(.server)]) }
    }

    @Test(arguments: [true, false])
    func `behind the probe 5 brings what waits, and the end, by the WebSocket`(saysGoodbye: Bool) throws {
        var session = try probed("4a", "4b")
        #expect(session.close(saysGoodbye: saysGoodbye) == [])
        #expect(session.send("4late") == [])
        #expect(
            session.text("5", on: .candidate, at: .seconds(9)) == [
                .promoted, .wrote(.carrier, "4a"), .wrote(.carrier, "4b"), .closedSocket(.carrier, nil),
                .closed(.server),
            ]
        )
        #expect(session.text("4x") == [])
        #expect(session.get() == [.refused(.fault(.sessionUnknown))])
    }

    @Test(arguments: [true, false])
    func `the end is waited for although nothing waits`(saysGoodbye: Bool) throws {
        var session = try probed()
        #expect(session.close(saysGoodbye: saysGoodbye) == [])
        #expect(session.text("5", on: .candidate) == [.promoted, .closedSocket(.carrier, nil), .closed(.server)])
    }

    @Test(arguments: [true, false])
    func `a GET meanwhile brings what waits, and the WebSocket the end`(saysGoodbye: Bool) throws {
        var session = try probed("4a")
        #expect(session.close(saysGoodbye: saysGoodbye) == [])
        #expect(session.get() == [.polled(["4a"])])
        #expect(session.get() == [.polled(["6"])])
        #expect(session.text("5", on: .candidate) == [.promoted, .closedSocket(.carrier, nil), .closed(.server)])
    }

    @Test func `a POST meanwhile is answered and passed over`() throws {
        var session = try probed("4a")
        #expect(session.close() == [])
        #expect(session.post("4b") == [.posted])
        #expect(session.post("1") == [.posted, .closedSocket(.candidate, nil), .closed(.client)])
    }

    @Test(arguments: [true, false])
    func `without 5 both end when the upgrade is due`(waits: Bool) throws {
        var session = waits ? try probed("4a") : try probed()
        session.machine.close(now: session.start, within: .seconds(2), saysGoodbye: false)
        #expect(session.tick(at: .seconds(2)) == [])
        #expect(session.wait(at: .seconds(2)) == .seconds(8))
        #expect(session.tick(at: .seconds(10)) == [.closedSocket(.candidate, nil), .closed(.server)])
    }

    @Test func `polling is told when the upgrade is overdue, as long as it is waited for`() throws {
        var session = try probed("4a")
        #expect(session.close() == [])
        #expect(session.tick(at: .seconds(10)) == [.closedSocket(.candidate, nil)])
        #expect(session.get(at: .seconds(11)) == [.polled(["4a"])])
        #expect(session.get(at: .seconds(12)) == [.polled(["1"]), .closed(.server)])
    }

    @Test func `what is not 5 ends the WebSocket, and polling is told`() throws {
        var session = try probed("4a")
        #expect(session.close(saysGoodbye: false) == [])
        #expect(session.text("4x", on: .candidate) == [.closedSocket(.candidate, nil)])
        #expect(session.get() == [.polled(["4a"]), .closed(.server)])
    }

    @Test func `the end of the WebSocket leaves it to polling, or ends what has nothing to say`() throws {
        var session = try probed("4a")
        #expect(session.close(saysGoodbye: false) == [])
        session.machine.socketClosed(.candidate)
        #expect(session.drain() == [])
        #expect(session.get() == [.polled(["4a"]), .closed(.server)])
        var silent = try probed()
        #expect(silent.close(saysGoodbye: false) == [])
        silent.machine.socketClosed(.candidate)
        #expect(silent.drain() == [.closed(.server)])
    }
}

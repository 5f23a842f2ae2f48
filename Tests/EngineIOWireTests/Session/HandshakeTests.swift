import EngineIOWire
import NIOCore
import Testing

@Suite("Handshake") struct HandshakeTests {
    private func open(_ carrier: EngineIOTransport, _ settings: EngineIOSettings = .init()) throws -> [Seen] {
        let sid = try #require(EngineIOSessionID("0__proto__-9aZ"))
        var machine = EngineIOMachine(sid: sid, carrier: carrier, settings: settings, now: .now)
        var seen: [Seen] = []
        while let action = machine.nextAction() { seen.append(Seen(action)) }
        return seen
    }

    @Test func `polling is answered with the session's rules and the one upgrade there is`() throws {
        let packet =
            #"0{"sid":"0__proto__-9aZ","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"#
            + #""maxPayload":1048576}"#
        #expect(try open(.polling) == [.polled([packet])])
    }

    @Test func `a WebSocket is sent them, with no upgrade`() throws {
        let packet =
            #"0{"sid":"0__proto__-9aZ","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1048576}"#
        #expect(try open(.websocket) == [.wrote(.carrier, packet)])
    }

    @Test func `the rules are those of the settings`() throws {
        var settings = EngineIOSettings()
        settings.pingInterval = .milliseconds(300)
        settings.pingTimeout = .milliseconds(200)
        settings.maxPayload = 1_000_000
        settings.allowsUpgrades = false
        let packet =
            #"0{"sid":"0__proto__-9aZ","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#
        #expect(try open(.polling, settings) == [.polled([packet])])
    }
}

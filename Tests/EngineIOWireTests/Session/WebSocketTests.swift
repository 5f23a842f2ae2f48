import EngineIOWire
import NIOCore
import Testing

@Suite("Messages over a WebSocket") struct WebSocketTests {
    @Test func `text has its type in front, bytes have none`() throws {
        var session = try Session(over: .websocket)
        #expect(session.text("4") == [.message("")])
        #expect(session.text("4{\"a\":1}") == [.message("{\"a\":1}")])
        #expect(session.binary([4, 5]) == [.binaryMessage([4, 5])])
        #expect(session.binary([]) == [.binaryMessage([])])
        session.machine.send([.text(ByteBuffer(string: "451-[]")), .binary(ByteBuffer(bytes: [0, 1]))])
        #expect(session.drain() == [.wrote(.carrier, "451-[]"), .wroteBinary(.carrier, [0, 1])])
    }

    @Test func `bytes may come as base64`() throws {
        var session = try Session(over: .websocket)
        #expect(session.text("bAQIDBA==") == [.binaryMessage([1, 2, 3, 4])])
    }

    @Test func `bytes leave as base64 where the client asked for it`() throws {
        var session = try Session(over: .websocket, takesBinary: false)
        #expect(!session.machine.isDirect)
        session.machine.send([.text(ByteBuffer(string: "4a")), .binary(ByteBuffer(bytes: [1, 2, 3, 4]))])
        #expect(session.drain() == [.wrote(.carrier, "4a"), .wrote(.carrier, "bAQIDBA==")])
    }

    @Test func `pong and noop are no messages`() throws {
        var session = try Session(over: .websocket)
        #expect(session.text("3") == [])
        #expect(session.text("6") == [])
    }

    @Test func `the caller may write past the machine while nothing waits to be pulled`() throws {
        var session = try Session(over: .websocket)
        #expect(session.machine.isDirect)
        session.machine.send(.text(ByteBuffer(string: "4a")))
        #expect(!session.machine.isDirect)
        _ = session.drain()
        #expect(session.machine.isDirect)
        _ = session.close()
        #expect(!session.machine.isDirect)
        let polling = try Session(over: .polling)
        #expect(!polling.machine.isDirect)
    }

    @Test func `what was thrown away for its size is told without its type`() throws {
        var session = try Session(over: .websocket)
        #expect(session.discarded(.text, size: 100, opening: "42[") == [.oversized(.text, 99, "2[")])
        #expect(session.discarded(.binary, size: 100, opening: "42[") == [.oversized(.binary, 100, "42[")])
    }

    @Test(arguments: ["", "b", "3", "1", "0", "x"])
    func `only a message may be so long`(opening: String) throws {
        var session = try Session(over: .websocket)
        #expect(
            session.discarded(.text, size: 100, opening: opening)
                == [.closedSocket(.carrier, 1009), .closed(.violation(.tooLarge))]
        )
    }

    @Test func `what is thrown away is a sign of life`() throws {
        var session = try Session(over: .websocket)
        #expect(session.tick(at: .seconds(25)) == [.wrote(.carrier, "2")])
        _ = session.discarded(.binary, size: 100, opening: "x", at: .seconds(44))
        #expect(session.tick(at: .seconds(45)) == [])
        #expect(session.tick(at: .seconds(69)) == [.wrote(.carrier, "2")])
    }

    @Test func `what the candidate brings is nothing to a session without one`() throws {
        var session = try Session(over: .websocket)
        #expect(session.text("2probe", on: .candidate) == [])
        var polling = try Session(over: .polling)
        #expect(polling.text("4x") == [])
        polling.machine.socketClosed(.carrier)
        #expect(polling.drain() == [])
    }
}

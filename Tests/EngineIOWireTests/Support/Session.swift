import EngineIOWire
import NIOCore

/// A machine and the client that talks to it; time is what the test says.
struct Session {
    static let sid = EngineIOSessionID("abc-DEF_123")
    static let separator = "\u{1E}"

    var machine: EngineIOMachine
    let start = ContinuousClock.now

    /// A session whose handshake is answered.
    init(
        over carrier: EngineIOTransport,
        takesBinary: Bool = true,
        _ settings: EngineIOSettings = .init()
    ) throws {
        guard let sid = Self.sid else { throw Missing() }
        machine = EngineIOMachine(
            sid: sid,
            carrier: carrier,
            takesBinary: takesBinary,
            settings: settings,
            now: start
        )
        _ = drain()
    }

    struct Missing: Error {}

    mutating func drain(takingMessages: Bool = true) -> [Seen] {
        var seen: [Seen] = []
        while let action = machine.nextAction(takingMessages: takingMessages) { seen.append(Seen(action)) }
        return seen
    }

    /// A GET and all that comes of it at once.
    mutating func get(at age: Duration = .zero) -> [Seen] {
        let refusal = machine.poll(now: start + age)
        return (refusal.map { [.refused($0)] } ?? []) + drain()
    }

    /// A POST of these packets and all that comes of it at once.
    mutating func post(_ packets: String..., isBinary: Bool = false, at age: Duration = .zero) -> [Seen] {
        post(body: ByteBuffer(string: packets.joined(separator: Self.separator)), isBinary: isBinary, at: age)
    }

    mutating func post(body: ByteBuffer, isBinary: Bool = false, at age: Duration = .zero) -> [Seen] {
        let refusal = machine.post(body, isBinary: isBinary, now: start + age)
        return (refusal.map { [.refused($0)] } ?? []) + drain()
    }

    /// A text message on a WebSocket.
    mutating func text(
        _ text: String,
        on socket: EngineIOMachine.Socket = .carrier,
        at age: Duration = .zero
    ) -> [Seen] {
        machine.received(.text, ByteBuffer(string: text), on: socket, now: start + age)
        return drain()
    }

    mutating func binary(
        _ bytes: [UInt8],
        on socket: EngineIOMachine.Socket = .carrier,
        at age: Duration = .zero
    ) -> [Seen] {
        machine.received(.binary, ByteBuffer(bytes: bytes), on: socket, now: start + age)
        return drain()
    }

    /// A message on a WebSocket that was thrown away.
    mutating func discarded(
        _ kind: EngineIOMachine.Kind,
        size: Int,
        opening: String,
        on socket: EngineIOMachine.Socket = .carrier,
        at age: Duration = .zero
    ) -> [Seen] {
        machine.discarded(kind, size: size, opening: ByteBuffer(string: opening), on: socket, now: start + age)
        return drain()
    }

    mutating func send(_ texts: String...) -> [Seen] {
        for text in texts { machine.send(.text(ByteBuffer(string: text))) }
        return drain()
    }

    mutating func upgrade(takesBinary: Bool = true, at age: Duration = .zero) -> Bool {
        machine.upgrade(takesBinary: takesBinary, now: start + age)
    }

    mutating func close(at age: Duration = .zero, saysGoodbye: Bool = true) -> [Seen] {
        machine.close(now: start + age, saysGoodbye: saysGoodbye)
        return drain()
    }

    mutating func tick(at age: Duration) -> [Seen] {
        _ = machine.tick(now: start + age)
        return drain()
    }

    /// How long the machine can be left alone.
    mutating func wait(at age: Duration) -> Duration? { machine.tick(now: start + age) }
}
